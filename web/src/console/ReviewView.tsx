/*
 * The review: drafts that wait on the left, the first one open, with what it changes in the entry
 * and in what people get. What is done with them is in use-review.ts.
 */

import { useMemo } from 'preact/hooks';
import { isRollBack, type Listed, type Versions } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { Changes, Whole } from './Diff';
import { stateWords } from './EntryList';
import { titleOf } from './file-words';
import { gateOf } from './gate-protocol';
import { GateView } from './GateView';
import { Key } from './parts';
import { PickList } from './PickList';
import { RefuseDraft } from './RefuseDraft';
import { RollBack } from './RollBack';
import type { Keys } from './shortcuts';
import { minuteOf } from '../time';
import { nameOf, useReview, type Review, type ReviewProps } from './use-review';

const FOLDER = 'folder'; // who made a version that was not published here

function Queue({ review, keys }: { review: Review; keys: Keys }) {
	const { listing, queue, waiting, ready, open, said, busy, mayPublish } = review;
	return (
		<section class="edit-list" aria-labelledby="queue-title">
			<h2 id="queue-title">{AUTHORING.queue}</h2>
			{listing ? <p class="hint">{AUTHORING.waiting(waiting.length)}；{AUTHORING.ready(ready.length)}</p> : said ? (
				<div class="options"><span class="said">{said}</span> <button type="button" class="button small" onClick={() => void review.look()}>{AUTHORING.again}</button></div>
			) : <p class="hint">{AUTHORING.reading}</p>}
			{queue.length > 0 && (
				<PickList id="review-queue" label={AUTHORING.queue} items={queue} keyOf={({ entry }) => entry} open={open} pick={({ entry }) => void review.show(entry)}>
					{(item) => (
						<>
							<span class="head"><b>{AUTHORING.number(item.number)}</b> <span class="why">{stateWords(item, false)}{item.draft?.mine && ` · ${AUTHORING.own}`}</span></span>
							<span class="name">{titleOf(item)}</span>
							{item.draft && <span class="text">{AUTHORING.submittedBy(item.draft.by, minuteOf(item.draft.at))}</span>}
						</>
					)}
				</PickList>
			)}
			{review.next && <button type="button" class="button" onClick={review.showNext}><Key name={keys.next} /> {AUTHORING.nextWaiting}</button>}
			{mayPublish && listing?.publishing && ready.length > 0 && (
				<button type="button" class="button primary" aria-disabled={busy} onClick={review.publish}><Key name={keys.publish} /> {AUTHORING.publishAll(ready.length)}</button>
			)}
			{listing && !listing.publishing && <p class="notice">{AUTHORING.noPublishing}</p>}
			<VersionList versions={review.versions} may={mayPublish} busy={busy} keys={keys} rollBack={review.askRollBack} rollBackOne={review.rollBackOne} />
		</section>
	);
}

function Decision({ review, keys }: { review: Review; keys: Keys }) {
	const { busy } = review;
	return (
		<div class="copying" role="group" aria-label={AUTHORING.decision}>
			<button type="button" class="button primary" aria-disabled={busy} onClick={() => review.decide('approve', '')}><Key name={keys.approve} /> {AUTHORING.approve}</button>
			<button type="button" class="button" aria-disabled={busy} onClick={() => review.setRefusing(true)}><Key name={keys.refuse} /> {AUTHORING.refuse}</button>
		</div>
	);
}

/* What who wrote it says for it. */
function Reasons({ review }: { review: Review }) {
	return (
		<section aria-labelledby="reasons-title" class="reasons">
			<h3 id="reasons-title">{AUTHORING.why}</h3>
			{!review.form ? <p class="hint">{AUTHORING.reading}</p> : review.reasons.length === 0 ? <p class="hint">{AUTHORING.whyNone}</p>
				: review.reasons.map(({ number, who, at, why }) => <p key={number}>{why} <span class="of">{who}，{minuteOf(at)}</span></p>)}
		</section>
	);
}

function Changed({ one, review }: { one: Listed; review: Review }) {
	return (
		<section aria-labelledby="changed-title">
			<h3 id="changed-title">{AUTHORING.whatChanged}</h3>
			{one.draft?.change === 'deleted' ? <p class="notice">{AUTHORING.willBeDeleted}</p>
				: review.form ? <Changes changes={review.form.changes} /> : <p class="hint">{AUTHORING.reading}</p>}
			{review.form?.members && <details class="whole"><summary>{AUTHORING.wholeEntry}</summary><Whole members={review.form.members} /></details>}
		</section>
	);
}

/* What is asked before something is done. */
function Asking({ review, expired }: { review: Review; expired(): void }) {
	const { one, refusing, backTo, versions } = review;
	return (
		<>
			{refusing && one && <RefuseDraft name={nameOf(one)} refuse={(why) => { review.setRefusing(false); review.decide('refuse', why); }} close={() => review.setRefusing(false)} />}
			{backTo !== null && versions && <RollBack api={review.api} versions={versions} version={backTo} rollBack={() => review.rollBack(backTo)} close={() => review.setBackTo(null)} expired={expired} />}
		</>
	);
}

export function ReviewView(props: ReviewProps) {
	const { me, keys, hidden, expired } = props;
	const review = useReview(props);
	const gate = useMemo(() => gateOf(me.csrf), [me.csrf]);
	const { one, said } = review;
	const draft = one?.draft;
	return (
		<main class={one ? 'edit review opened' : 'edit review'} hidden={hidden}>
			<Queue review={review} keys={keys} />
			<article class="edit-form" aria-label={AUTHORING.whatChanged}>
				<p class={said ? 'edit-said' : ''} role="status" id="review-said">{said}</p>
				{one && draft ? (
					<>
						<button type="button" class="button back" onClick={() => void review.show(null)}>{AUTHORING.back}</button>
						<h2>{AUTHORING.number(one.number)} {titleOf(one)}</h2>
						<p class="hint">{stateWords(one, false)} · {AUTHORING.authors(draft.authors)}</p>
						{draft.mine && draft.state === 'review' && <p class="notice">{AUTHORING.ownHint}</p>}
						{review.canDecide && <Decision review={review} keys={keys} />}
						<Reasons review={review} />
						<Changed one={one} review={review} />
						<GateView key={`${one.entry} ${draft.revision}`} gate={gate} alone={draft.mine && one.kind !== 'file'} trial={{ entry: one.entry }} expired={expired} />
					</>
				) : review.listing && <p class="nothing">{AUTHORING.queueNone}</p>}
			</article>
			<Asking review={review} expired={expired} />
		</main>
	);
}

interface VersionListProps {
	versions: Versions | null;
	may: boolean;
	busy: boolean;
	keys: Keys;
	rollBack(version: number): void;
	rollBackOne(): void;
}

function VersionList({ versions, may, busy, keys, rollBack, rollBackOne }: VersionListProps) {
	const moves = versions?.moves ?? [];
	const live = moves.find((move) => move.live); // the same content may have gone live more than once
	return (
		<section class="versions" aria-labelledby="versions-title">
			<h2 id="versions-title">{AUTHORING.versions}</h2>
			{versions && moves.length === 0 && <p class="hint">{AUTHORING.versionsNone}</p>}
			{moves.length > 0 && !live && <p class="notice">{AUTHORING.notLive}</p>}
			{may && moves.length > 0 && <button type="button" class="button" aria-disabled={busy} onClick={rollBackOne}><Key name={keys.rollBack} /> {AUTHORING.rollBack}</button>}
			<ol class="plain-lines">
				{moves.map((move) => (
					<li key={move.move}>
						<p><b>{AUTHORING.versionNumber(move.version)}</b> <span class="of">{AUTHORING.wentLive(minuteOf(move.at))} {move.who === FOLDER && !move.why ? AUTHORING.fromFolder : move.who}</span>{versions && isRollBack(versions, move) && <span class="tag">{AUTHORING.wentBack}</span>}{move === live && <span class="tag">{AUTHORING.versionLive}</span>}</p>
						{move.why && <p class="hint">{move.why}</p>}
						<p class="hint">{move.hash.slice(0, 12)}{may && !move.live && move.kept && <> <button type="button" class="button small" aria-disabled={busy} onClick={() => rollBack(move.version)}>{AUTHORING.rollBackTo(move.version)}</button></>}</p>
					</li>
				))}
			</ol>
		</section>
	);
}
