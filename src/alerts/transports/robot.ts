// One call to a group's robot: JSON there, errcode back. Not for what each robot asks: wecom.ts,
// dingtalk.ts.
import { z } from 'zod';
import { http } from '../../channels/http.ts';
import { parseJson } from '../../lib/parse-json.ts';
import { SendError } from '../transport.ts';

const answer = z.object({ errcode: z.number(), errmsg: z.string().optional() });
const LIMIT_MS = 15_000;

/** Posts to a robot. @param busy errcodes that say "too often": again later @throws SendError */
export async function callRobot(url: string, body: object, busy: readonly number[]): Promise<void> {
  const answered = await http(
    {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    },
    AbortSignal.timeout(LIMIT_MS),
  );
  if (!answered.ok) throw new SendError(answered.why, false);
  const read = answer.safeParse(parseJson(answered.text));
  if (!read.success)
    throw new SendError(`HTTP ${answered.status}`, answered.status >= 400 && answered.status < 500);
  const { errcode, errmsg } = read.data;
  if (errcode !== 0)
    throw new SendError(
      `${errcode} ${errmsg ?? ''}`.trim(),
      errcode !== -1 && !busy.includes(errcode),
    );
}
