// Reads Prometheus' text format, and finds what `promtool check metrics` would.

/** Every sample by its name and labels, as written. */
export function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

const NAME = /^[a-z][a-z0-9_]*$/;
const BASE_UNITS = /_(milliseconds|ms|minutes|kilobytes|kb|mb|micros)(_|$)/;
/** What a sample of a histogram or summary may end in. */
const PARTS = /_(bucket|sum|count)$/;

/** Of the metrics whose name begins with `ours`: names, help, types, counters and units that break the rules. */
export function faultsOf(text: string, ours = 'likeness_'): string[] {
  const comments = (kind: string) =>
    new Map(
      [...text.matchAll(new RegExp(`^# ${kind} (\\S+) (.*)$`, 'gm'))].map(([, name = '', value = '']) => [name, value]),
    );
  const [helps, types] = [comments('HELP'), comments('TYPE')];
  const faults = [...samplesOf(text).entries()]
    .filter(([sample]) => sample.startsWith(ours))
    .flatMap(([sample, value]) => {
      const full = sample.replace(/\{.*$/, '');
      const name = types.has(full) ? full : full.replace(PARTS, '');
      return [
        ...(NAME.test(name) ? [] : [`${name}: the name is not in snake_case`]),
        ...(helps.get(name)?.endsWith('.') ? [] : [`${name}: has no help`]),
        ...(types.has(name) ? [] : [`${name}: has no type`]),
        ...(types.get(name) === 'counter' && !name.endsWith('_total') ? [`${name}: a counter ends in _total`] : []),
        ...(types.get(name) !== 'counter' && name.endsWith('_total') ? [`${name}: only a counter ends in _total`] : []),
        ...(BASE_UNITS.test(name) ? [`${name}: is not in a base unit`] : []),
        ...(Number.isNaN(value) ? [`${sample}: is no number`] : []),
      ];
    });
  return [...new Set(faults)];
}
