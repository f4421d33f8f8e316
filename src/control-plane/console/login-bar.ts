/**
 * What the console adds to Swagger UI, as plugins that run in the browser: they are sent as the source of these functions, so each must
 * stand on its own, without anything of this file or another one.
 */
import type { Authorization, Element, ShownAnswer, SwaggerSystem } from './swagger-system.js';

/** Asks for name and password. */
export function loginForm(system: SwaggerSystem): object {
  const { createElement: make, useState } = system.React;
  const session = '/api/v1/session';
  const json = { 'Content-Type': 'application/json' };

  function LoginForm(): Element {
    const [complaint, complain] = useState('');
    const logIn = async (event: { preventDefault(): void; target: Record<string, { value: string }> }) => {
      event.preventDefault();
      const [username, password] = [event.target['username']!.value, event.target['password']!.value];
      complain('');
      try {
        const answer = await fetch(session, {
          method: 'POST',
          headers: json,
          body: JSON.stringify({ username, password }),
        });
        const body = (await answer.json()) as { token: string; expires_in: number; message?: string };
        if (!answer.ok) return complain(body.message ?? `HTTP ${answer.status}`);
        const until = Date.now() + body.expires_in * 1000;
        const bearer = { name: 'bearer', schema: { type: 'http', scheme: 'bearer' }, value: body.token } as const;
        system.authActions.authorizeWithPersistOption({ bearer: { ...bearer, user: username, until } });
      } catch {
        complain('The API does not answer.');
      }
    };
    const input = (label: string, properties: object): Element => make('label', null, label, make('input', properties));
    return make(
      'form',
      { className: 'login-bar', onSubmit: logIn },
      input('User ', { name: 'username', type: 'text', defaultValue: 'admin', autoComplete: 'username' }),
      input('Password ', { name: 'password', type: 'password', autoComplete: 'current-password' }),
      make('button', { className: 'btn execute', type: 'submit' }, 'Log in'),
      make('span', { className: 'complaint', role: 'alert' }, complaint),
    );
  }

  return { components: { LoginForm } };
}

/** A bar above the calls: the form to log in, or whose token is in use and until when, and a way to end it. */
export function loginBar(system: SwaggerSystem): object {
  const make = system.React.createElement;

  function LoginBar({ authSelectors }: SwaggerSystem): Element {
    const bearer = authSelectors.authorized()?.get('bearer')?.toJS() as Authorization | undefined;
    if (bearer === undefined || (bearer.until !== undefined && bearer.until < Date.now())) {
      return make(system.getComponent('LoginForm', true), null);
    }
    const clock = (time: number): string =>
      new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const logOut = async () => {
      const headers = { Authorization: `Bearer ${bearer.value}` };
      await fetch('/api/v1/session', { method: 'DELETE', headers }).catch(() => null);
      system.authActions.logoutWithPersistOption(['bearer']);
    };
    const whose = bearer.user === undefined ? 'A token is in use' : 'Logged in as ';
    const until = bearer.until === undefined ? '.' : ` until ${clock(bearer.until)}.`;
    return make(
      'div',
      { className: 'login-bar' },
      make('span', null, whose, make('b', null, bearer.user), until),
      make('button', { className: 'btn', onClick: logOut }, 'Log out'),
    );
  }

  const below = (Original: unknown) => (properties: object) =>
    make('div', null, make(Original, properties), make(system.getComponent('LoginBar', true), null));
  return { components: { LoginBar }, wrapComponents: { InfoContainer: below } };
}

/** A login or logout that was tried out among the calls counts as well: its token is used from then on. */
export function triedLogin(): object {
  type SetResponse = (path: string, method: string, answer: ShownAnswer) => unknown;
  const setResponse =
    (original: SetResponse, system: SwaggerSystem): SetResponse =>
    (path, method, answer) => {
      if (path === '/api/v1/session' && method === 'post' && answer.status === 201) {
        const { token, expires_in } = JSON.parse(answer.text!) as { token: string; expires_in: number };
        const bearer = { name: 'bearer', schema: { type: 'http', scheme: 'bearer' }, value: token } as const;
        const until = Date.now() + expires_in * 1000;
        system.authActions.authorizeWithPersistOption({ bearer: { ...bearer, until } });
      }
      if (path === '/api/v1/session' && method === 'delete' && answer.status === 204) {
        system.authActions.logoutWithPersistOption(['bearer']);
      }
      return original(path, method, answer);
    };
  return { statePlugins: { spec: { wrapActions: { setResponse } } } };
}
