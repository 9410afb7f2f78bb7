// Server-sent events off a response (WHATWG HTML, 9.2.6). EventSource can't send a key, so this reads them itself.

export interface ServerEvent {
  event: string;
  data: string;
  /** The newest id that the stream has named. */
  id: string | undefined;
}

/** Milliseconds without a byte, heartbeats included, after which a connection is taken for dead. */
const SILENCE_MS = 60_000;

/** The events with data, in order, until the stream ends or falls silent. Leaving the loop closes the connection. */
export async function* serverEvents(response: Response): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = '';
  let id: string | undefined;
  let fields: { event?: string; data: string[] } = { data: [] };
  try {
    for (;;) {
      const silence = setTimeout(() => void reader.cancel(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          const { event = 'message', data } = fields;
          fields = { data: [] };
          if (data.length > 0) yield { event, data: data.join('\n'), id };
          continue;
        }
        const [, field = '', text = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
        if (field === 'event') fields.event = text;
        if (field === 'data') fields.data.push(text);
        if (field === 'id') id = text;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
