import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { errorForLog } from './logging.js';

describe('an error in the log', () => {
  it('says what went wrong in the database, and nothing of what was written there', () => {
    const driverError = Object.assign(new Error('duplicate key value violates unique constraint "user_name_key"'), {
      code: '23505',
      detail: 'Key (name)=(s3cret) already exists.',
    });
    const error = new QueryFailedError("INSERT INTO x VALUES ('s3cret')", ['s3cret'], driverError);
    const shown = errorForLog(error);
    expect(shown).toMatchObject({ message: driverError.message, code: '23505', stack: expect.any(String) });
    expect(JSON.stringify(shown)).not.toContain('s3cret');
  });
});
