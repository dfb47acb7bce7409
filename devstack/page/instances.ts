import { DataFrame, Field, FieldType, Labels } from '@grafana/data';

/** One alert instance of a rule: its labels, and the number that the condition looks at. */
export interface Instance {
  labels: Labels;
  value: number | null;
}

/**
 * The alert instances that Grafana Alerting makes of an instant answer: of a long frame a row each, whose texts are the
 * labels; else a number field each. Throws where a rule could not be evaluated.
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
