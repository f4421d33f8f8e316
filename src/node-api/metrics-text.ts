/**
 * Prometheus text for what comes in thousands. prom-client keeps each series in a map by a hash of its labels, and makes that anew at each
 * scrape: for a thousand copy sessions that holds up the event loop for a third of a second. Here it is some strings put together.
 */
export interface MetricFamily<T> {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  /** Null for what is not known: then there is no such series. */
  read(row: T): number | null;
}

/** @param labelsOf names with values, in the order in which they are shown */
export function metricsText<T>(
  families: readonly MetricFamily<T>[],
  rows: readonly T[],
  labelsOf: (row: T) => Readonly<Record<string, string>>,
): string {
  const labelled = rows.map((row) => [row, labelText(labelsOf(row))] as const);
  let text = '';
  for (const { name, help, type, read } of families) {
    text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    for (const [row, labels] of labelled) {
      const value = read(row);
      // One figure that is none would spoil the whole scrape.
      if (Number.isFinite(value)) text += `${name}{${labels}} ${value}\n`;
    }
    text += '\n';
  }
  return text;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(
      ([name, value]) => `${name}="${value.replaceAll(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`))}"`,
    )
    .join(',');
}
