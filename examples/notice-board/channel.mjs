// A notice screen in the service hall, as a channel of the bureau's own. The screen's interface:
//   PUT  /items/{id}       { title, text }   keeps it, hidden
//   POST /items/{id}/show                    shows it
//   GET  /items/{id}       { shown: true | false }, or 404
//   DELETE /items/{id}                       takes it away
// A token goes with each call. See docs/channels/writing-one.md for what each verb has to keep to.

/** @param {import('../../src/channels/module.ts').ModuleSetup} setup */
export default function noticeBoard({ options, secret, clock, http }) {
  const base = String(options.url).replace(/\/$/, '');
  const at = (release) => `${base}/items/${encodeURIComponent(release)}`;
  const call = (method, url, signal, more = {}) =>
    http(
      {
        method,
        url,
        ...more,
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      },
      signal,
    );

  return {
    // Private: what is kept is hidden. The same item again takes the place of the one before.
    async stage(item, signal) {
      const body = JSON.stringify({ title: item.title, text: item.plainText() });
      const answer = await call('PUT', at(item.release), signal, { body });
      const failed = failureOf(answer);
      if (!failed) return { class: 'staged', record: { release: item.release } };
      // Nothing can have become public: a doubt is only a reason to do it again.
      return failed.class === 'doubtful' ? { class: 'again', why: failed.why } : failed;
    },

    // The one call at T. `guard` is asked again right before the first byte leaves.
    async release({ release, guard }, signal) {
      const answer = await call('POST', `${at(release)}/show`, signal, { guard });
      return (
        failureOf(answer) ?? {
          class: 'done',
          receipt: { ids: { item: release }, publicAt: clock.now() },
        }
      );
    },

    // Only what the screen says with authority counts; everything else is "unknown".
    async lookup({ release, receipt }, signal) {
      const answer = await call('GET', at(release), signal);
      if (!answer.ok) return { class: 'unknown', why: { code: 'no-answer', detail: answer.why } };
      if (answer.status === 404) return { class: 'not-public' };
      const shown = answer.status === 200 ? shownIn(answer.text) : undefined;
      if (shown === undefined)
        return { class: 'unknown', why: { code: 'http-status', detail: String(answer.status) } };
      return shown
        ? {
            class: 'public',
            receipt: { ids: { item: release }, publicAt: receipt?.publicAt ?? clock.now() },
          }
        : { class: 'not-public' };
    },

    async withdraw({ release }, signal) {
      const failed = failureOf(await call('DELETE', at(release), signal));
      return failed ? { class: 'cannot', why: failed.why } : { class: 'done' };
    },

    // Changes nothing: an item that is not there proves address and token.
    async preflight(signal) {
      const answer = await call('GET', at('banli-preflight'), signal);
      if (answer.ok && answer.status === 404) return { wrong: [], notes: [] };
      const detail = answer.ok ? String(answer.status) : answer.why;
      return { wrong: [{ code: answer.ok ? 'http-status' : 'no-answer', detail }], notes: [] };
    },
  };
}

/** The class of an answer that is not "done"; undefined where it is. */
function failureOf(answer) {
  if (!answer.ok) {
    const why = { code: 'no-answer', detail: answer.why };
    return answer.sent ? { class: 'doubtful', why } : { class: 'again', why };
  }
  if (answer.status >= 200 && answer.status < 300) return undefined;
  const why = { code: 'http-status', detail: String(answer.status) };
  if (answer.status === 429) return { class: 'again', why };
  return answer.status >= 500 ? { class: 'doubtful', why } : { class: 'refused', why };
}

/** Half an answer says nothing. */
function shownIn(text) {
  try {
    const { shown } = JSON.parse(text);
    return typeof shown === 'boolean' ? shown : undefined;
  } catch {
    return undefined;
  }
}
