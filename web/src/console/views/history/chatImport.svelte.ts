/** A chat log on its way into a night: first tried, and shown what it would come to; then imported. */

import { importChat, type ChatImportOptions, type ImportedChat } from '../../../api/history';
import { problemOf } from '../../../api/problem';
import { ApiError } from '../../../api/request';
import { ownTimeZone } from '../../../api/timeZone';
import type { Session } from '../../../live/messages';
import type { NotUnderstoodEntry } from '../../../wire/rest';
import { dateIn, lacksOf, withSeconds, type Lack } from './chatLacks';

/** The first of the lines that were not understood, where those are too many. */
export interface Unclear {
  readonly unit: 'line' | 'entry';
  readonly examples: readonly NotUnderstoodEntry[];
}

export class ChatImportState {
  file = $state.raw<File | null>(null);
  replaceExisting = $state(false);
  lenient = $state(false);
  timeZone = $state(ownTimeZone());
  firstDate = $state('');
  streamStart = $state('');
  /** What was asked for, of this file. */
  lacks = $state.raw<ReadonlySet<Lack>>(new Set());
  /** How much of the file is sent, from 0 to 1; null while nothing is under way. */
  sent = $state<number | null>(null);
  isTrial = $state(true);
  problem = $state<string | null>(null);
  unclear = $state.raw<Unclear | null>(null);
  /** Whether it was stopped: before anything could come into force, or when it may have. */
  stopped = $state<'in-time' | 'late' | null>(null);
  shown = $state.raw<ImportedChat | null>(null);
  imported = $state.raw<ImportedChat | null>(null);
  readonly #session: Session;
  readonly #onchanged: () => void;
  #shownWith = $state.raw('');
  #sending: AbortController | null = null;

  constructor(session: Session, onchanged: () => void) {
    this.#session = session;
    this.#onchanged = onchanged;
  }

  /** Whether what is shown is what would be imported. */
  get isReady(): boolean {
    return this.shown !== null && this.#shownWith === JSON.stringify(this.#options(true));
  }

  pick(file: File | null): void {
    this.stop();
    this.file = file;
    this.lenient = false;
    this.firstDate = '';
    this.streamStart = '';
    this.lacks = new Set();
    this.#clear();
    if (file) void this.try();
  }

  replace(wanted: boolean): void {
    this.replaceExisting = wanted;
    if (this.file) void this.try();
  }

  leaveOut(): void {
    this.lenient = true;
    void this.try();
  }

  async try(): Promise<void> {
    const options = this.#options(true);
    const answer = await this.#send(options);
    if (!answer) return;
    this.shown = answer;
    this.#shownWith = JSON.stringify(options);
    if (answer.assumed.timeZoneFrom === 'request') this.#ask(['timeZone']);
  }

  async import(): Promise<void> {
    if (!this.isReady || this.sent !== null) return;
    const answer = await this.#send(this.#options(false));
    if (!answer) return;
    this.imported = answer;
    this.#onchanged();
  }

  /** Stop what is under way. What a page has left is stopped as well. */
  stop(): void {
    if (this.sent === null) return;
    const isLate = !this.isTrial && this.sent === 1;
    this.#sending?.abort();
    this.#sending = null;
    this.sent = null;
    this.stopped = isLate ? 'late' : 'in-time';
    if (isLate) this.#onchanged();
  }

  /** What the server answers; null where it refuses, or where this was stopped. */
  async #send(options: ChatImportOptions): Promise<ImportedChat | null> {
    if (!this.file) return null;
    this.#sending?.abort();
    const sending = (this.#sending = new AbortController());
    if (options.dryRun) this.#clear();
    this.isTrial = options.dryRun;
    this.problem = this.stopped = null;
    this.sent = 0;
    try {
      const { signal } = sending;
      const answer = await importChat(this.#session, this.file, options, {
        signal,
        onprogress: (share) => {
          if (this.#sending === sending) this.sent = share;
        },
      });
      return this.#sending === sending ? answer : null;
    } catch (error) {
      if (this.#sending === sending) this.#refused(error);
      return null;
    } finally {
      if (this.#sending === sending) this.#sending = this.sent = null;
    }
  }

  #refused(error: unknown): void {
    this.problem = problemOf(error);
    this.shown = null;
    if (!(error instanceof ApiError)) return;
    this.#ask(lacksOf(error));
    if (error.code === 'chat_log_not_understood')
      this.unclear = {
        unit: 'line' in error.details ? 'line' : 'entry',
        examples: error.details['first'] as NotUnderstoodEntry[],
      };
  }

  #ask(lacks: readonly Lack[]): void {
    this.lacks = new Set([...this.lacks, ...lacks]);
    // Mostly it is that day; whoever is asked sees it, and may say another.
    if (lacks.includes('firstDate') && !this.firstDate)
      this.firstDate = dateIn(ownTimeZone(), this.#session.created_at);
  }

  #clear(): void {
    this.problem = this.unclear = this.shown = this.stopped = null;
  }

  #options(dryRun: boolean): ChatImportOptions {
    return {
      dryRun,
      replaceExisting: this.replaceExisting,
      lenient: this.lenient,
      timeZone: this.timeZone,
      ...(this.lacks.has('firstDate') && this.firstDate ? { firstDate: this.firstDate } : {}),
      ...(this.lacks.has('streamStart') && this.streamStart ? { streamStart: withSeconds(this.streamStart) } : {}),
    };
  }
}
