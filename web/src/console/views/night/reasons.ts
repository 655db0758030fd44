/** Why a game was drawn, out of the factors of its weight. */

export interface Reason {
  factor: string;
  value: number;
  /** Whether it speaks for the game. */
  isFor: boolean;
  /** How much it counts beside the others, from 0 to 1: a factor of 10 or a tenth is all. */
  strength: number;
}

const FULL = Math.log(10);

/** The factors that change something, the strongest first. */
export function reasonsOf(factors: Readonly<Record<string, number>>): Reason[] {
  return Object.entries(factors)
    .map(([factor, value]) => ({ factor, value, isFor: value > 1, strength: strengthOf(value) }))
    .filter((reason) => reason.strength > 0.01)
    .sort((one, other) => other.strength - one.strength);
}

function strengthOf(value: number): number {
  return value <= 0 ? 1 : Math.min(1, Math.abs(Math.log(value)) / FULL);
}

/** Taste is drawn from the votes with some luck; without votes it is luck alone. */
export function isLuck({ factor }: Pick<Reason, 'factor'>, votes?: number): boolean {
  return factor === 'taste' && votes === 0;
}
