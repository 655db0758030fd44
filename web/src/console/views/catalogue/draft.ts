/** A game in a form: all as text, as people type it, and back. Pure. */

import type { Favor, Game, GameFacts, PlayMode } from '../../../api/catalogue';

export interface Draft {
  title: string;
  pack_name: string;
  symbol: string;
  min_players: string;
  max_players: string;
  length_minutes: string;
  game_type: string;
  secondary_type: string;
  play_mode: PlayMode | '';
  has_audience: boolean;
  family_friendly: 'no' | 'yes' | 'setting';
  app_tags: string;
  enabled: boolean;
  favor_bias: Favor;
}

/** What is wrong with a field before the server has seen it. */
export type Fault = 'missing' | 'no-number';
export type Faults = Partial<Record<keyof Draft, Fault>>;

export function draftOf(game: Game | null): Draft {
  return {
    title: game?.title ?? '',
    pack_name: game?.pack_name ?? '',
    symbol: game?.symbol ?? '',
    min_players: textOf(game?.min_players),
    max_players: textOf(game?.max_players),
    length_minutes: textOf(game?.length_minutes),
    game_type: game?.game_type ?? '',
    secondary_type: game?.secondary_type ?? '',
    play_mode: game?.play_mode ?? '',
    has_audience: game?.has_audience === 1,
    family_friendly: game?.family_friendly_setting ? 'setting' : game?.family_friendly ? 'yes' : 'no',
    app_tags: game?.app_tags.join(' ') ?? '',
    enabled: game?.enabled !== 0,
    favor_bias: game?.favor_bias ?? 0,
  };
}

export function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  for (const field of ['title', 'pack_name', 'min_players', 'max_players'] as const) {
    if (draft[field].trim() === '') faults[field] = 'missing';
  }
  for (const field of ['min_players', 'max_players', 'length_minutes'] as const) {
    if (!/^\s*\d*\s*$/.test(draft[field])) faults[field] = 'no-number';
  }
  return faults;
}

/** The facts that a draft without faults tells. */
export function factsOf(draft: Draft): GameFacts {
  return {
    title: draft.title.trim(),
    pack_name: draft.pack_name.trim(),
    symbol: draft.symbol.trim().toUpperCase() || null,
    min_players: Number(draft.min_players),
    max_players: Number(draft.max_players),
    length_minutes: draft.length_minutes.trim() === '' ? null : Number(draft.length_minutes),
    game_type: draft.game_type.trim() || null,
    secondary_type: draft.secondary_type.trim() || null,
    play_mode: draft.play_mode || null,
    has_audience: flag(draft.has_audience),
    family_friendly: flag(draft.family_friendly !== 'no'),
    family_friendly_setting: flag(draft.family_friendly === 'setting'),
    app_tags: draft.app_tags.split(/[\s;,]+/).filter(Boolean),
    enabled: flag(draft.enabled),
    favor_bias: draft.favor_bias,
  };
}

/** Only what is no longer as it was: what somebody else has changed meanwhile stays theirs. */
export function changesOf(before: Game, facts: GameFacts): Partial<GameFacts> {
  const changes = Object.entries(facts).filter(([name, value]) => {
    return JSON.stringify(value) !== JSON.stringify(before[name as keyof GameFacts]);
  });
  return Object.fromEntries(changes);
}

function textOf(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
