/** Whether somebody is logged in, as the console shows it. */

import { logIn, logOut, readAccount, type Account } from '../api/account';
import { problemOf } from '../api/problem';
import { ApiError } from '../api/request';
import { t } from '../messages/console';

export class LoggedIn {
  /** Undefined until the server has said it; null where nobody is logged in. */
  account = $state.raw<Account | null | undefined>(undefined);
  /** Why that can't be found out, as a sentence. */
  problem = $state<string | null>(null);
  /** Whether somebody was logged in here and is not any more, without having logged out. */
  wasEnded = $state(false);
  #isLeaving = false;

  async read(): Promise<void> {
    try {
      this.account = await readAccount();
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Raises ApiError. */
  async logIn(secret: string): Promise<void> {
    await logIn(secret);
    this.wasEnded = false;
    await this.read();
    if (this.account === null) throw new ApiError(0, 'keeps_no_cookie', t('keepsNoCookie'));
  }

  /** Raises ApiError. */
  async logOut(): Promise<void> {
    // The server ends the live connection, too, perhaps before its answer is here.
    this.#isLeaving = true;
    try {
      await logOut();
      this.account = null;
    } finally {
      this.#isLeaving = false;
    }
  }

  /** For the live connection whose cookie was refused: whether there is another one now. */
  async isStillIn(): Promise<boolean> {
    const account = await readAccount();
    this.wasEnded = account === null && !this.#isLeaving && this.account !== null;
    this.account = account;
    return this.account !== null;
  }
}
