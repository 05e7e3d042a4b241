// What a schema asks for at a place of a file: which keys it knows there, in which forms, and
// whether the place of a secret. Not for validating: yaml.ts.
import { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** The keys and indexes that lead to a place of a file. */
export type Path = readonly (string | number)[];

/** What the schema asks for at a path, as it is written there. */
const schemasAt = (schema: z.ZodType, path: Path): z.ZodType[] =>
  path.reduce<z.ZodType[]>((at, key) => at.flatMap((one) => stepInto(one, key)), [schema]);

/** The keys that the schema knows at a path, for suggestions. */
export const keysAt = (schema: z.ZodType, path: Path): readonly string[] => [
  ...new Set(
    schemasAt(schema, path)
      .flatMap(formsOf)
      .flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])),
  ),
];

/** Whether a place of a secret is asked for. */
export function isSecret(issue: Issue): boolean {
  return (
    issue.message === 'secret' ||
    (issue.code === 'invalid_union' &&
      (issue.errors as Issue[][]).flat().some(({ message }) => message === 'secret'))
  );
}

/** Whether a schema asks for the place of a secret, and so may be given the secret itself. */
export const asksForSecret = (schema: z.ZodType): boolean =>
  schema.safeParse('').error?.issues.some(isSecret) ?? false;

/** What a schema asks for below a key, in each of its forms; nothing where it knows no such key. */
export function stepInto(schema: z.ZodType, key: string | number): z.ZodType[] {
  return formsOf(schema).flatMap((one) => {
    if (one instanceof z.ZodObject)
      return Object.hasOwn(one.shape, key) ? [one.shape[key] as z.ZodType] : [];
    if (one instanceof z.ZodRecord) return [one.valueType as z.ZodType];
    if (one instanceof z.ZodArray) return [one.element as z.ZodType];
    return [];
  });
}

/** Each form that a schema takes. */
export function formsOf(schema: z.ZodType): z.ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return formsOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(formsOf);
  return [schema];
}
