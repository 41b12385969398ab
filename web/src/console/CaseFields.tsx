/* The 情形 of an entry: each with its situation, advice, ways of asking and rules; added, removed and moved. */

import { useRef } from 'preact/hooks';
import type { WordClass } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { addCase, casesOf, listOf, moveCase, removeCase, setInCase, textOf, type Fault, type Raw, faultsAt } from './entry-form';
import { DateField, TextField } from './FormField';
import { LinesField } from './LinesField';
import { useFocus } from './use-focus';

interface Props {
	entry: Raw;
	classes: WordClass[];
	faults: Fault[];
	change(entry: Raw): void;
}

const RULES = ['pick', 'because', 'because_not', 'because_unknown'] as const;

function Rules({ at, one, faults, set }: { at: string; one: Raw; faults: Fault[]; set(name: string, value: unknown): void }) {
	const wrong = [...RULES, 'from', 'until'].some((name) => faultsAt(faults, `${at}.${name}`).length > 0);
	return (
		<details class="rules" open={wrong || undefined}>
			<summary>{AUTHORING.rules}{!textOf(one, 'pick') && <span class="of"> {AUTHORING.rulesNone}</span>}</summary>
			{RULES.map((name) => (
				<TextField key={name} path={`${at}.${name}`} label={AUTHORING.members[name] ?? name} hint={AUTHORING.ruleHints[name]} value={textOf(one, name)}
					rows={name === 'pick' ? 4 : 2} most={4000} code faults={faults} change={(value) => set(name, value)} />
			))}
			<div class="side-by-side">
				{(['from', 'until'] as const).map((name) => (
					<DateField key={name} path={`${at}.${name}`} label={AUTHORING.members[name] ?? name} value={textOf(one, name)} faults={faults} change={(value) => set(name, value)} />
				))}
			</div>
		</details>
	);
}

export function CaseFields({ entry, classes, faults, change }: Props) {
	const cases = casesOf(entry);
	const list = useRef<HTMLOListElement>(null);
	const focusOn = useFocus();

	/* The focus goes with what moved, and to what stands next where something went. */
	function to(index: number, selector: string) {
		focusOn(() => {
			const item = list.current?.children[Math.max(0, index)];
			return item?.querySelector<HTMLElement>(`${selector}:not(:disabled)`) ?? item?.querySelector<HTMLElement>('textarea') ?? document.getElementById('add-case');
		});
	}

	function move(index: number, by: -1 | 1) {
		change(moveCase(entry, index, by));
		to(index + by, by < 0 ? '.up' : '.down');
	}

	return (
		<fieldset class="cases-form">
			<legend>{AUTHORING.cases}</legend>
			<p class="hint">{AUTHORING.casesHint}</p>
			<ol ref={list}>
				{cases.map((one, index) => {
					const at = `cases[${index}]`;
					const name = textOf(one, 'label') || AUTHORING.caseNamed(textOf(one, 'id'));
					const set = (member: string, value: unknown) => change(setInCase(entry, index, member, value));
					return (
						<li key={textOf(one, 'id') || index} class="case-form">
							<div class="case-head">
								<h3>{name}</h3>
								<button type="button" class="button small up" disabled={index === 0} aria-label={AUTHORING.moveUp(name)} onClick={() => move(index, -1)}>↑</button>
								<button type="button" class="button small down" disabled={index === cases.length - 1} aria-label={AUTHORING.moveDown(name)} onClick={() => move(index, 1)}>↓</button>
								<button type="button" class="button small" aria-label={AUTHORING.removeCase(name)} onClick={() => { change(removeCase(entry, index)); to(index, 'textarea'); }}>{AUTHORING.remove}</button>
							</div>
							<TextField path={`${at}.label`} label={AUTHORING.caseLabel} rows={0} most={100} value={textOf(one, 'label')} faults={faults} change={(value) => set('label', value)} />
							<TextField path={`${at}.situation`} label={AUTHORING.members['situation'] ?? ''} most={4000} value={textOf(one, 'situation')} faults={faults} change={(value) => set('situation', value)} />
							<TextField path={`${at}.advice`} label={AUTHORING.members['advice'] ?? ''} most={20000} value={textOf(one, 'advice')} faults={faults} change={(value) => set('advice', value)} />
							<details class="rules" open={faultsAt(faults, `${at}.also`).length + faultsAt(faults, `${at}.patterns`).length > 0 || undefined}>
								<summary>{AUTHORING.caseWords} <span class="of">{AUTHORING.count(listOf(one, 'also').length)}</span></summary>
								<LinesField path={`${at}.also`} label={AUTHORING.members['also'] ?? ''} hint={AUTHORING.caseAlsoHint} items={listOf(one, 'also')} faults={faults} change={(items) => set('also', items)} />
								<LinesField path={`${at}.patterns`} label={AUTHORING.members['patterns'] ?? ''} items={listOf(one, 'patterns')} classes={classes} faults={faults} change={(items) => set('patterns', items)} />
							</details>
							<Rules at={at} one={one} faults={faults} set={set} />
						</li>
					);
				})}
			</ol>
			<button type="button" class="button" id="add-case" onClick={() => { change(addCase(entry)); to(cases.length, 'textarea'); }}>{AUTHORING.addCase}</button>
		</fieldset>
	);
}
