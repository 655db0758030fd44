/** What the host wants of the next game, and how that is asked of the picker. */

import type { Wishes as Request } from '../../../api/picker';

export interface Wishes {
  drawing: 'any' | 'only' | 'exclude';
  length: 'any' | 'short' | 'medium' | 'long';
  familyFriendly: boolean;
  /** None of tonight's games again. */
  isNew: boolean;
  /** Names of packs; none stands for all. */
  packs: readonly string[];
}

export const NO_WISHES: Wishes = { drawing: 'any', length: 'any', familyFriendly: false, isNew: true, packs: [] };

export function asRequest(wishes: Wishes, playerCount: number | 'live'): Request {
  return {
    playerCount,
    ...(wishes.drawing === 'any' ? {} : { drawing: wishes.drawing }),
    ...(wishes.length === 'any' ? {} : { length: wishes.length }),
    ...(wishes.familyFriendly ? { familyFriendly: true } : {}),
    ...(wishes.isNew ? { excludePlayed: true } : {}),
    ...(wishes.packs.length ? { packs: wishes.packs } : {}),
  };
}

/** How many of the wishes leave games out that would be drawn otherwise. */
export function countOf(wishes: Wishes): number {
  const { drawing, length, familyFriendly, packs } = wishes;
  return [drawing !== 'any', length !== 'any', familyFriendly, packs.length > 0].filter(Boolean).length;
}
