import { DataFrame, Field, FieldType, Labels } from '@grafana/data';

/** One alert instance of a rule: its labels, and the number in the condition. */
export interface Instance {
  labels: Labels;
  value: number | null;
}

/**
 * The alert instances of Grafana Alerting for an instant result: one per row of a long frame, with
 * its texts as labels; else one per number field. Throws if a rule could not be evaluated.
 */
export function alertInstances(frames: DataFrame[]): Instance[] {
  return frames.flatMap((frame) => {
    const numbers = frame.fields.filter(({ type }) => type === FieldType.number);
    if (frame.meta?.type !== 'numeric-long') {
      return numbers.map((field) => ({ labels: field.labels ?? {}, value: last(field) }));
    }
    if (numbers.length !== 1) {
      throw new Error(`a rule is about one number; this answer has ${numbers.length}`);
    }
    const texts = frame.fields.filter(({ type }) => type === FieldType.string);
    return Array.from({ length: frame.length }, (_, row) => ({
      labels: Object.fromEntries(texts.map(({ name, values }) => [name, String(values[row])])),
      value: numbers[0].values[row] ?? null,
    }));
  });
}

function last({ values }: Field): number | null {
  return values[values.length - 1] ?? null;
}
