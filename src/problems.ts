import { fieldPaths, type FieldPath } from './fieldPaths';
import type { Problem } from './resources';

/** The problems at a field or inside of it, as one message; undefined if there is none. */
export function problemAt(problems: Problem[], path: FieldPath): string | undefined {
  const messages = problems.filter((problem) => isWithin(problem.path, path)).map((problem) => problem.message);
  return messages.length > 0 ? messages.join('; ') : undefined;
}

/** The problems without a field in the form. */
export function problemsElsewhere(problems: Problem[]): Problem[] {
  return problems.filter((problem) => !fieldPaths.some((path) => isWithin(problem.path, path)));
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}
