/* One entry as an operator reads it: what to say, what to copy, what only the office knows. */

import { headWords, Key } from './parts';
import type { Case, Entry, Found, Result } from './protocol';
import { RobotLine } from './Results';
import type { DeskAction, Keys } from './shortcuts';
import { WORDS } from './words';

interface Props {
	result: Result | undefined;
	shown: { entry: Entry | null; chosen: string | null; part: number; script: boolean };
	keys: Keys;
	choose(id: string): void;
	act(action: DeskAction): void;
	back(): void;
	found: Found | null;
}

function CaseItem({ one, index, chosen, choose }: { one: Case; index: number; chosen: boolean; choose(id: string): void }) {
	return (
		<li class={chosen ? 'case chosen' : 'case'}>
			<button type="button" class="button pick" aria-pressed={chosen} onClick={() => choose(one.id)}>
				{index < 9 && <kbd>{index + 1}</kbd>} {one.label}{chosen && <span class="tag">{WORDS.chosen}</span>}
			</button>
			<p>{one.situation}</p>
			{one.advice && <p class="advice"><b>{WORDS.parts.advice}：</b>{one.advice}</p>}
		</li>
	);
}

function Copying({ shown, keys, act }: Pick<Props, 'shown' | 'keys' | 'act'>) {
	const { entry, chosen, part, script } = shown;
	const one = entry?.cases.find(({ id }) => id === chosen);
	const sms = (one || entry)?.sms ?? [];
	const next = part >= sms.length ? 1 : part + 1;
	const names: [DeskAction, string][] = [
		['short', WORDS.actions.short],
		['sms', sms.length ? WORDS.part(next, sms.length) : WORDS.actions.sms],
		['full', WORDS.actions.full],
	];
	return (
		<div class="copying" role="group" aria-label={one ? WORDS.copiesOf(one.label) : WORDS.copies}>
			<span class="of">{one ? WORDS.copiesOf(one.label) : WORDS.copies}</span>
			{names.map(([action, name]) => (
				<button key={action} type="button" class="button" disabled={action === 'sms' && sms.length === 0} onClick={() => act(action)}>
					<Key name={keys[action]} /> {name}
				</button>
			))}
			{entry?.script && (
				<button type="button" class="button" aria-expanded={script} onClick={() => act('script')}>
					<Key name={keys.script} /> {script ? WORDS.closeScript : WORDS.actions.script}
				</button>
			)}
		</div>
	);
}

function Why({ result, found }: { result: Result; found: Found | null }) {
	return (
		<div class="why-here">
			<p>
				{WORDS.why[result.why]}
				{result.spoke && /^(prompt|pattern|search)$/.test(result.why) && <>；{WORDS.spoke(result.spoke)}</>}
			</p>
			<RobotLine found={found} why={result.why} />
		</div>
	);
}

function Office({ entry }: { entry: Entry }) {
	return (
		<footer class="of-office">
			{entry.prompts.length > 0 && (
				<>
					<h3>{WORDS.prompts}</h3>
					<ul>{entry.prompts.map((prompt) => <li key={prompt}>{prompt}</li>)}</ul>
				</>
			)}
			<p>
				{[entry.document && WORDS.source(entry.document, entry.item), entry.reviewed && WORDS.reviewed(entry.reviewed)].filter(Boolean).join('；')}
			</p>
		</footer>
	);
}

function Note({ title, text }: { title: string; text: string | null }) {
	return text ? <section class="inside"><h3>{title}</h3><p>{text}</p></section> : null;
}

export function EntryView(props: Props) {
	const { result, shown, choose, back } = props;
	const entry = shown.entry;
	if (!result)
		return <p class="nothing">{WORDS.noEntry}</p>;
	if (!entry)
		return null;
	return (
		<>
			<button type="button" class="button back" onClick={back}>{WORDS.back} <kbd>Esc</kbd></button>
			<h2>{headWords(entry)} {entry.question}</h2>
			<Copying {...props} />
			<Note title={WORDS.internal} text={entry.internal} />
			{shown.script ? (
				<section class="script">
					<h3>{WORDS.script}</h3>
					<p class="hint">{WORDS.scriptHint}</p>
					<p class="lines">{entry.script}</p>
				</section>
			) : (
				<>
					{entry.answer && <p class="answer">{entry.answer}</p>}
					{!entry.answer && entry.cases.length === 0 && <p class="answer none">{WORDS.noAnswer}</p>}
					{entry.cases.length > 0 && (
						<>
							<h3 class="hint">{WORDS.cases}</h3>
							<ol class="cases">
								{entry.cases.map((one, index) => (
									<CaseItem key={one.id} one={one} index={index} chosen={one.id === shown.chosen} choose={choose} />
								))}
							</ol>
						</>
					)}
				</>
			)}
			<Note title={WORDS.note} text={entry.note} />
			<Why result={result} found={props.found} />
			<Office entry={entry} />
		</>
	);
}
