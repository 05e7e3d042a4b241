// A point in time and a length of time, so that no bare number crosses a folder. Not for days,
// zones and periods: plan/.

declare const brand: unique symbol;
/** A type that only its own maker makes. */
export type Branded<T, B extends string> = T & { readonly [brand]: B };

/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = Branded<number, 'Instant'>;

/** Milliseconds. */
export type Duration = Branded<number, 'Duration'>;

export const instant = (ms: number): Instant => ms as Instant;

export const duration = (ms: number): Duration => ms as Duration;
