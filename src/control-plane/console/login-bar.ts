/**
 * What the console adds to Swagger UI, as plugins that run in the browser: they are sent as the source of these functions, so each must
 * stand on its own, without anything of this file or another one.
 */
import type { Authorization, Element, ShownAnswer, SwaggerSystem } from './swagger-system.js';

/** A bar above the calls: log in with name and password, see whose token is in use and until when, log out. */
export function loginBar(system: SwaggerSystem): object {
  const { createElement: make, useState } = system.React;
  const session = '/api/v1/session';
  const json = { 'Content-Type': 'application/json' };

  function Form(): Element {
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
    return make(
      'form',
      { className: 'login-bar', onSubmit: logIn },
      make(
        'label',
        null,
        'User ',
        make('input', { name: 'username', type: 'text', defaultValue: 'admin', autoComplete: 'username' }),
      ),
      make(
        'label',
        null,
        'Password ',
        make('input', { name: 'password', type: 'password', autoComplete: 'current-password' }),
      ),
      make('button', { className: 'btn execute', type: 'submit' }, 'Log in'),
      make('span', { className: 'complaint', role: 'alert' }, complaint),
    );
  }

  function LoginBar({ authSelectors }: SwaggerSystem): Element {
    const bearer = authSelectors.authorized()?.get('bearer')?.toJS() as Authorization | undefined;
    if (bearer === undefined || (bearer.until !== undefined && bearer.until < Date.now())) return make(Form, null);
    const until =
      bearer.until === undefined
        ? ''
        : ` until ${new Date(bearer.until).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
    const logOut = async () => {
      await fetch(session, { method: 'DELETE', headers: { Authorization: `Bearer ${bearer.value}` } }).catch(
        () => null,
      );
      system.authActions.logoutWithPersistOption(['bearer']);
    };
    return make(
      'div',
      { className: 'login-bar' },
      make(
        'span',
        null,
        bearer.user === undefined ? 'A token is in use' : 'Logged in as ',
        make('b', null, bearer.user),
        until,
        '.',
      ),
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
