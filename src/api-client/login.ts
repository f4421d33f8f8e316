/** The token of a user, renewed when its 30 minutes are over. */
import type { components } from './schema.js';

type Session = components['schemas']['SessionView'];

export class Login {
  private session: Promise<Session> | null = null;

  /** @param post sends a body to a path below /session, and throws unless that opens a session */
  constructor(
    private readonly user: string,
    private readonly password: string,
    private readonly post: (path: '' | '/refresh', body: object) => Promise<Session>,
  ) {}

  get isOpen(): boolean {
    return this.session !== null;
  }

  async token(): Promise<string> {
    return (await (this.session ??= this.open())).token;
  }

  /** @param refused a token that the API takes no longer; of calls that come with the same, one renews it */
  async renew(refused: string): Promise<string> {
    const seen = this.session;
    const known = await seen;
    if (this.session === seen && known?.token === refused) this.session = this.open(known.refresh_token);
    return this.token();
  }

  forget(): void {
    this.session = null;
  }

  private async open(refreshToken?: string): Promise<Session> {
    try {
      return (await this.refresh(refreshToken)) ?? (await this.logIn());
    } catch (error) {
      this.session = null;
      throw error;
    }
  }

  /** @returns null when the session is to be opened by the password */
  private async refresh(refreshToken: string | undefined): Promise<Session | null> {
    if (refreshToken === undefined) return null;
    return this.post('/refresh', { refresh_token: refreshToken }).catch(() => null);
  }

  private logIn(): Promise<Session> {
    return this.post('', { username: this.user, password: this.password, refresh: true });
  }
}
