// What a batch came to: each character's likeness over the stills, what is wrong most often, the worst, and the sheet.

import { useId } from 'react';
import type { Still, StillsReport } from '../../client/index.ts';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import { scoreText } from '../review/score-text.ts';
import { useReport, useSheet } from '../state/use-batch-actions.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { DriftChart, SeriesMark } from './DriftChart.tsx';
import { DriftTable } from './DriftTable.tsx';
import { hasDrift, seriesOf } from './drift.ts';
import { driftWords } from './drift-words.ts';
import { stillName } from './still-view.ts';
import './BatchReport.css';

const t = texts.stills.report;

interface BatchReportProps {
  batchId: string;
  /** Of the batch: with another one, the report is asked for again. */
  revision: number;
  stills: readonly Still[];
  onOpen: (number: number) => void;
}

export function BatchReport({ batchId, revision, stills, onOpen }: BatchReportProps) {
  const heading = useId();
  const { data, error, isPending, isFetching, refetch } = useReport(batchId, revision);
  const sheet = useSheet(batchId);
  return (
    <section className="lk-report" aria-labelledby={heading}>
      <header className="lk-report-head">
        <h2 id={heading}>{t.heading}</h2>
        <Button size="small" busy={sheet.isPending} onClick={() => sheet.mutate()}>
          {sheet.isPending ? t.sheetMaking : t.sheet}
        </Button>
      </header>
      <p className="lk-only-read" role="status">
        {sheet.isSuccess ? t.sheetDone : ''}
      </p>
      <RefusedNotice error={sheet.error ?? error} />
      {error ? (
        <Button size="small" icon="retry" busy={isFetching} onClick={() => void refetch()}>
          {texts.common.tryAgain}
        </Button>
      ) : null}
      {isPending ? <Skeleton shape="title" /> : null}
      {data ? <Report report={data} stills={stills} onOpen={onOpen} /> : null}
    </section>
  );
}

interface ReportProps extends Pick<BatchReportProps, 'stills' | 'onOpen'> {
  report: StillsReport;
}

function Report({ report: { characters, findings, worst }, stills, onOpen }: ReportProps) {
  const series = seriesOf({ characters });
  const names = new Map(stills.map((still) => [still.number, stillName(still, stills)]));
  return (
    <>
      <ul className="lk-report-cast" aria-label={t.likeness}>
        {characters.map(({ characterId, name, mean, lowest, drift }, index) => (
          <li key={characterId}>
            <SeriesMark series={index} />
            <span>
              <span className="lk-report-name">{name}</span>{' '}
              <span className="lk-soft lk-numbers">
                {mean === undefined || lowest === undefined ? t.unscored : t.mean(scoreText(mean), scoreText(lowest))}
                {drift ? ` ${driftWords(drift.perTenFrames)}` : ''}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {hasDrift(series) ? (
        <>
          <DriftChart series={series} />
          <DriftTable characters={characters} />
        </>
      ) : null}
      <div className="lk-report-lists">
        {findings.length > 0 ? (
          <div>
            <h3>{t.findings}</h3>
            <ul>
              {findings.map(({ code, count }) => (
                <li key={code} className="lk-numbers">
                  {t.finding(count, texts.stills.finding[code])}
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        {worst.length > 0 ? (
          <div>
            <h3>{t.worst}</h3>
            <ol className="lk-report-worst">
              {worst.map(({ number, findings: codes, lowest }) => (
                <li key={number}>
                  <button type="button" onClick={() => onOpen(number)}>
                    <span>{names.get(number) ?? texts.stills.frame(number)}</span>
                    <span className="lk-soft lk-numbers">
                      {[...codes.map((code) => texts.stills.finding[code]), lowest && t.lowest(scoreText(lowest))]
                        .filter(Boolean)
                        .join(', ')}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          </div>
        ) : null}
      </div>
    </>
  );
}
