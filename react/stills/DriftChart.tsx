// The likeness of each character over the stills, as lines. The table below it says the same.

import { GATE } from '../../domain/score.ts';
import { useWidth } from '../state/use-width.ts';
import { texts } from '../texts.ts';
import { type Axis, type DriftPoint, type DriftSeries, scoreAxis, stillAxis } from './drift.ts';
import './DriftChart.css';

const t = texts.stills.report;

const HEIGHT = 260;
const ROOM = { top: 12, right: 14, bottom: 40, left: 40 };
/** Pixels for the number of a still. */
const TICK_ROOM = 48;

export function DriftChart({ series }: { series: readonly DriftSeries[] }) {
  const [box, width] = useWidth<HTMLDivElement>();
  return (
    <div className="lk-drift" ref={box}>
      {width > 0 ? <Chart series={series} width={width} /> : null}
    </div>
  );
}

function Chart({ series, width }: { series: readonly DriftSeries[]; width: number }) {
  const scores = scoreAxis(series, GATE.mean);
  const stills = stillAxis(series, (width - ROOM.left) / TICK_ROOM);
  const x = (number: number) => ROOM.left + share(number, stills) * (width - ROOM.left - ROOM.right);
  const y = (score: number) => ROOM.top + (1 - share(score, scores)) * (HEIGHT - ROOM.top - ROOM.bottom);
  const at = ({ number, score }: DriftPoint) => `${x(number)},${y(score)}`;
  return (
    <svg width={width} height={HEIGHT} role="img" aria-label={t.chart(series.map(({ name }) => name).join(', '))}>
      {scores.ticks.map((tick) => (
        <g key={tick}>
          <line className="lk-drift-line" x1={ROOM.left} x2={width - ROOM.right} y1={y(tick)} y2={y(tick)} />
          <text x={ROOM.left - 8} y={y(tick)} textAnchor="end" dominantBaseline="central">
            {tick}
          </text>
        </g>
      ))}
      {stills.ticks.map((tick) => (
        <text key={tick} x={x(tick)} y={HEIGHT - ROOM.bottom + 18} textAnchor="middle">
          {tick}
        </text>
      ))}
      <text x={width - ROOM.right} y={HEIGHT - 4} textAnchor="end">
        {t.still}
      </text>
      <line className="lk-drift-target" x1={ROOM.left} x2={width - ROOM.right} y1={y(GATE.mean)} y2={y(GATE.mean)} />
      <text className="lk-drift-words" x={ROOM.left + 4} y={y(GATE.mean) + 14}>
        {texts.review.target(GATE.mean)}
      </text>
      {series.map(({ characterId, runs }, index) => (
        <g key={characterId} className="lk-drift-series" data-series={index}>
          {runs.map((run) => (
            <polyline key={run[0]?.number} points={run.map(at).join(' ')} />
          ))}
          {runs.flat().map((point) => (
            <g key={point.number} transform={`translate(${at(point)})`}>
              <Mark series={index} />
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}

const share = (value: number, { least, most }: Axis): number => (most > least ? (value - least) / (most - least) : 0.5);

const MARKS = [
  <circle key="circle" r="4.5" />,
  <rect key="square" x="-4" y="-4" width="8" height="8" />,
  <path key="triangle" d="M0-5.5 5 4H-5z" />,
  <path key="diamond" d="M0-6 6 0 0 6-6 0z" />,
];

/** Each character has a shape and a colour of its own: nobody has to tell colours apart. */
function Mark({ series }: { series: number }) {
  return MARKS[series % MARKS.length];
}

/** The same mark beside a name. */
export function SeriesMark({ series }: { series: number }) {
  return (
    <svg
      className="lk-drift-series"
      data-series={series}
      width="16"
      height="16"
      viewBox="-8 -8 16 16"
      aria-hidden="true"
    >
      <Mark series={series} />
    </svg>
  );
}
