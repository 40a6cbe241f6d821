import { describe, expect, it } from 'vitest';
import { formatPlace, parsePlace } from './place.ts';

describe('parsePlace()', () => {
  it('takes echo where no protocol is named', () => {
    expect(parsePlace('tcp://127.0.0.1:9090')).toMatchObject({ protocol: 'echo', endpoint: { scheme: 'tcp' } });
  });

  it('reads every option', () => {
    const place = parsePlace('unix:/run/echo.sock?protocol=upper-utf8&backlog=10&exchanges=3&mode=660');
    expect(place).toMatchObject({ protocol: 'upper-utf8', backlog: 10, exchanges: 3, mode: 0o660 });
    expect(place.endpoint.address).toMatchObject({ family: 'AF_UNIX', path: '/run/echo.sock' });
  });

  it.each([
    ['udp://127.0.0.1:7777?exchanges=1', '"exchanges" is not known, the known ones are protocol, inherited'],
    ['tcp://127.0.0.1:9090?backlog=0', 'expected an integer from 1 to 65535'],
    ['tcp://127.0.0.1:9090?exchanges=0', 'expected an integer from 1'],
    ['tcp://127.0.0.1:9090?', 'expected an option'],
    [
      'tcp://127.0.0.1:9090?mode=600',
      '"mode" is not known, the known ones are protocol, backlog, exchanges, inherited',
    ],
    ['unix:@name?mode=600', '"mode" is not known, the known ones are protocol, backlog, exchanges, inherited'],
    ['unix:/run/x?mode=1777', 'expected octal permissions from 0 to 777'],
    ['unix:/run/x?mode=rw', 'expected octal permissions from 0 to 777'],
  ])('rejects %s', (text, message) => {
    expect(() => parsePlace(text)).toThrow(message);
  });
});

describe('formatPlace()', () => {
  it.each([
    'tcp://127.0.0.1:8000?protocol=upper&backlog=5&exchanges=1',
    'udp://[::1]:7777?protocol=echo',
    'tcp://127.0.0.1:0?protocol=echo&inherited=3',
    'udp://127.0.0.1:0?inherited=front%20door%26hall',
    'unix:/run/100%25%3F.sock?protocol=upper-utf8&mode=0060',
  ])('writes %s as parsePlace() reads it', (text) => {
    expect(parsePlace(formatPlace(parsePlace(text)))).toEqual(parsePlace(text));
  });
});
