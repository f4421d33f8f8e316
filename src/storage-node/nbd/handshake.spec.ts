import { describe, expect, it } from '@jest/globals';
import { HostErrors } from '../volume/host-errors.js';
import type { BlockTarget } from '../volume/host-request.js';
import { Handshake } from './handshake.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const OPTS_MAGIC = '49484156454f5054';
const REP_MAGIC = '0003e889045565a9';
const GREETING = `4e42444d41474943 ${OPTS_MAGIC} 0003`;

function volume(name: string, changes: Partial<BlockTarget> = {}): BlockTarget {
  return {
    name,
    sizeBytes: 0x1_0000_0000,
    preferredBlockBytes: 4096,
    accessRefusal: null,
    allowedClients: ['10.0.0.0/8'],
    errors: new HostErrors(),
    submit: () => undefined,
    extents: () => Promise.resolve([]),
    ...changes,
  };
}

/** What the server sends to a client at 10.1.2.3, its greeting left off, and how the talk ends. */
function talk(volumes: readonly BlockTarget[], ...texts: string[]) {
  const sent: Buffer[] = [];
  const exports = { lookup: (name: string) => volumes.find((one) => one.name === name), list: () => volumes };
  const handshake = new Handshake(exports, '10.1.2.3', (bytes) => sent.push(bytes));
  expect(sent.splice(0)).toEqual([hex(GREETING)]);
  const outcome = handshake.push(hex(texts.join('')));
  return { handshake, outcome, sent: Buffer.concat(sent).toString('hex') };
}

const option = (number: string, data = '') => {
  const bytes = hex(data);
  return `${OPTS_MAGIC} 000000${number} ${bytes.length.toString(16).padStart(8, '0')} ${bytes.toString('hex')}`;
};
const reply = (number: string, type: string, data = '') => {
  const bytes = hex(data);
  const head = `${REP_MAGIC} 000000${number} ${type} ${bytes.length.toString(16).padStart(8, '0')}`;
  return hex(head + bytes.toString('hex')).toString('hex');
};
const text = (value: string) => Buffer.from(value).toString('hex');
const FLAGS = '00000003';
const ACK = '00000001';
const VOL = '00000003 766f6c';

describe('NBD handshake', () => {
  it('attaches by GO and tells size, flags, block sizes, and what else was asked for', () => {
    const { handshake, outcome, sent } = talk([volume('vol')], FLAGS, option('07', `${VOL} 0002 0001 0002`), 'aabb');
    expect(outcome).toBe('attached');
    expect(handshake.target?.name).toBe('vol');
    expect(Buffer.concat(handshake.rest()).toString('hex')).toBe('aabb');
    expect(sent).toBe(
      reply('07', '00000003', '0000 0000000100000000 096d') +
        reply('07', '00000003', '0003 00000001 00001000 02000000') +
        reply('07', '00000003', `0001 ${text('vol')}`) +
        reply('07', '00000003', `0002 ${text('Evenkeel volume')}`) +
        reply('07', ACK),
    );
  });

  it('INFO tells the same and goes on talking', () => {
    const { handshake, outcome, sent } = talk([volume('vol')], FLAGS, option('06', `${VOL} 0000`));
    expect(outcome).toBe('talking');
    expect(handshake.target).toBeNull();
    expect(sent.endsWith(reply('06', ACK))).toBe(true);
  });

  it('attaches by EXPORT_NAME, padded unless the client wants no zeroes', () => {
    const short = talk([volume('vol')], FLAGS, option('01', '766f6c'));
    expect(short.outcome).toBe('attached');
    expect(short.sent).toBe('0000000100000000096d');
    const padded = talk([volume('vol')], '00000001', option('01', '766f6c'));
    expect(padded.sent).toBe('0000000100000000096d' + '00'.repeat(124));
  });

  it('can only close on EXPORT_NAME for an unknown or refused export', () => {
    expect(talk([], FLAGS, option('01', '766f6c'))).toMatchObject({ outcome: 'ended', sent: '' });
    const closed = talk([volume('vol', { accessRefusal: 'ACCESS_FENCED' })], FLAGS, option('01', '766f6c'));
    expect(closed).toMatchObject({ outcome: 'ended', sent: '' });
    expect(closed.handshake.refusal).toBe('ACCESS_FENCED');
  });

  it('C41: refuses a volume that hosts may not use with its reason', () => {
    const refused = talk([volume('vol', { accessRefusal: 'ACCESS_DESTINATION' })], FLAGS, option('07', `${VOL} 0000`));
    expect(refused.outcome).toBe('talking');
    const reason = 'Volume is the destination of a running copy session';
    expect(refused.sent).toBe(reply('07', '80000002', text(reason)));
    const stopping = talk([volume('vol', { accessRefusal: 'SHUTTING_DOWN' })], FLAGS, option('07', `${VOL} 0000`));
    expect(stopping.sent).toBe(reply('07', '80000007', text('Storage node is shutting down')));
  });

  it('refuses a client that is not in allowed_client_list, and does not list the volume to it', () => {
    const volumes = [volume('mine'), volume('vol', { allowedClients: ['192.168.0.0/16', '::1'] })];
    const refused = talk(volumes, FLAGS, option('07', `${VOL} 0000`));
    expect(refused.sent).toBe(reply('07', '80000002', text('Client address is not in allowed_client_list')));
    const listed = talk(volumes, FLAGS, option('03'));
    expect(listed.sent).toBe(reply('03', '00000002', `00000004 ${text('mine')}`) + reply('03', ACK));
  });

  it('answers an unknown export, option and data by an error each and goes on', () => {
    const { outcome, sent } = talk(
      [volume('vol')],
      FLAGS,
      option('07', '00000002 6e6f 0000'),
      option('05'),
      option('0b'),
      option('63', '0102'),
      option('07', '0000'),
      option('03', '00'),
      option('08', '00'),
    );
    expect(outcome).toBe('talking');
    const invalid = text('data of the option is not valid');
    expect(sent).toBe(
      reply('07', '80000006', text('Volume is not found')) +
        ['05', '0b', '63'].map((number) => reply(number, '80000001', text('option is not supported'))).join('') +
        ['07', '03', '08'].map((number) => reply(number, '80000003', invalid)).join(''),
    );
  });

  it('answers ABORT and ends', () => {
    expect(talk([], FLAGS, option('02'))).toMatchObject({ outcome: 'ended', sent: reply('02', ACK) });
  });

  const context = text('base:allocation');
  const query = `${VOL} 00000001 0000000f ${context}`;

  it('agrees to base:allocation for the export that it was asked for', () => {
    const { handshake, sent } = talk(
      [volume('vol')],
      FLAGS,
      option('08'),
      option('0a', query),
      option('07', `${VOL} 0000`),
    );
    expect(sent.startsWith(reply('08', ACK) + reply('0a', '00000004', `00000001 ${context}`) + reply('0a', ACK))).toBe(
      true,
    );
    expect(handshake).toMatchObject({ isStructured: true, hasBlockStatus: true });
  });

  it('forgets the context when another export is chosen, or a later SET_META_CONTEXT leaves it out', () => {
    const volumes = [volume('vol'), volume('two')];
    const go = (name: string) => option('07', `00000003 ${text(name)} 0000`);
    expect(talk(volumes, FLAGS, option('08'), option('0a', query), go('two')).handshake.hasBlockStatus).toBe(false);
    const later = talk(volumes, FLAGS, option('08'), option('0a', query), option('0a', `${VOL} 00000000`), go('vol'));
    expect(later.handshake.hasBlockStatus).toBe(false);
  });

  it('refuses contexts before structured replies, and lists them by name and by namespace', () => {
    const early = talk([volume('vol')], FLAGS, option('0a', query));
    expect(early.sent).toBe(reply('0a', '80000003', text('data of the option is not valid')));
    for (const queries of ['00000000', `00000001 00000005 ${text('base:')}`, query.slice(VOL.length)]) {
      const listed = talk([volume('vol')], FLAGS, option('09', VOL + queries));
      expect(listed.sent).toBe(reply('09', '00000004', `00000000 ${context}`) + reply('09', ACK));
    }
    const none = talk([volume('vol')], FLAGS, option('09', `${VOL} 00000001 00000002 ${text('x:')}`));
    expect(none.sent).toBe(reply('09', ACK));
  });
});

describe('NBD handshake where TLS is required', () => {
  const volumes = [volume('vol')];
  const STARTTLS = option('05');
  const TLS_REQD = '80000005';

  function begin(...texts: string[]) {
    const sent: Buffer[] = [];
    const exports = { lookup: () => volumes[0], list: () => volumes };
    const handshake = new Handshake(exports, '10.1.2.3', (bytes) => sent.push(bytes), 'required');
    sent.splice(0);
    const outcome = handshake.push(hex(texts.join('')));
    return { handshake, outcome, sent, told: () => Buffer.concat(sent.splice(0)).toString('hex') };
  }

  it.each(['03', '06', '07', '08', '09', '0a', '0b', '63'])(
    'refuses option 0x%s before it, and tells nothing',
    (number) => {
      const { outcome, told, handshake } = begin(FLAGS, option(number, number === '07' ? `${VOL} 0000` : ''));
      expect(outcome).toBe('talking');
      const answer = told();
      expect(answer.slice(0, 40)).toBe(reply(number, TLS_REQD).slice(0, 32) + answer.slice(32, 40));
      expect(Buffer.from(answer.slice(40), 'hex').toString()).toMatch(/^Hosts must attach over TLS\. /);
      expect(handshake).toMatchObject({ target: null, isStructured: false });
    },
  );

  it('ends on EXPORT_NAME, which has no error, and on ABORT', () => {
    const byName = begin(FLAGS, option('01', '766f6c'));
    expect(byName).toMatchObject({ outcome: 'ended', sent: [] });
    expect(byName.handshake).toMatchObject({ target: null, refusal: 'TLS_REQUIRED' });
    const aborted = begin(FLAGS, option('02'));
    expect(aborted.outcome).toBe('ended');
    expect(aborted.told()).toBe(reply('02', ACK));
  });

  it('agrees to TLS, then serves all options but STARTTLS, with nothing agreed before', () => {
    const { handshake, told, outcome } = begin(FLAGS, option('08'), STARTTLS);
    expect(outcome).toBe('securing');
    expect(told().endsWith(reply('05', ACK))).toBe(true);
    handshake.secured();
    expect(handshake.push(hex(STARTTLS))).toBe('talking');
    expect(told()).toBe(reply('05', '80000003', text('data of the option is not valid')));
    expect(handshake.push(hex(option('07', `${VOL} 0000`)))).toBe('attached');
    expect(told()).not.toContain(TLS_REQD);
    expect(handshake).toMatchObject({ isStructured: false, refusal: null });
  });

  it('refuses STARTTLS with data, and goes on plain', () => {
    const { outcome, told } = begin(FLAGS, option('05', '00'));
    expect(outcome).toBe('talking');
    expect(told()).toBe(reply('05', '80000003', text('data of the option is not valid')));
  });

  it('C71: takes nothing that came with STARTTLS for something that came over TLS', () => {
    for (const behind of [option('08'), option('07', `${VOL} 0000`), '16', '00']) {
      expect(() => begin(FLAGS, STARTTLS, behind)).toThrow(/bytes between STARTTLS and TLS/);
    }
  });
});
