import { TriggerError } from '../core/errors.js';
import { parseDecimal } from './decimal.js';

/** A connection to a database as a trigger uses it. */
export interface SqlConnection {
  /**
   * The first row of the answer to one statement, its columns as the database writes them; undefined: no row. Further
   * rows are not kept.
   *
   * @throws {TriggerError} the database refuses the statement
   * @throws anything else: the connection is in doubt
   */
  firstRow(statement: string): Promise<readonly (string | null)[] | undefined>;
  close(): void;
}

/**
 * The number in the first column of the first row.
 *
 * @throws {TriggerError} no row, NULL, or no number: unknown, which is not 0
 */
export async function readNumber(connection: SqlConnection, statement: string): Promise<number> {
  const row = await connection.firstRow(statement);
  if (row === undefined) throw new TriggerError('the query returned no row');
  const text = row[0];
  if (text === undefined) throw new TriggerError('the query returned no column');
  if (text === null) throw new TriggerError('the query returned NULL');
  const value = parseDecimal(text);
  if (value === undefined) throw new TriggerError(`the query returned "${text}", which is no number`);
  return value;
}
