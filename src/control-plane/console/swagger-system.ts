/** As much of Swagger UI's plugin system as the console uses. Its own types do not exist. */

export type Element = unknown;

export interface React {
  createElement(type: unknown, properties: object | null, ...children: Element[]): Element;
  useState<T>(first: T): [T, (next: T) => void];
}

/** What is kept of a login, in the browser's store too, so that a reload of the page does not end it. */
export interface Authorization {
  readonly name: 'bearer';
  readonly schema: { readonly type: 'http'; readonly scheme: 'bearer' };
  readonly value: string;
  /** Absent where only the token is known. */
  readonly user?: string;
  /** Milliseconds since 1970; absent for a token that was typed in. */
  readonly until?: number;
}

interface ImmutableMap {
  get(name: string): ImmutableMap | undefined;
  toJS(): unknown;
}

export interface SwaggerSystem {
  readonly React: React;
  readonly authActions: {
    authorizeWithPersistOption(authorizations: Record<string, Authorization>): void;
    logoutWithPersistOption(names: string[]): void;
  };
  readonly authSelectors: { authorized(): ImmutableMap | undefined };
  getComponent(name: string, isContainer?: true): unknown;
}

/** An answer as the console shows it. */
export interface ShownAnswer {
  readonly status?: number;
  readonly text?: string;
}
