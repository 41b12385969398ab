/* All questions of the office, to be looked through: by number, with a box that filters them. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '../http';
import { askForEntries, filterEntries } from '../office';
import type { Entries } from '../protocol';
import { OFFICE_LANGUAGE, usePage } from './page';

function Filtered({ all: { total, entries } }: { all: Entries }) {
	const { words, conversation, paused } = usePage();
	const [typed, setTyped] = useState('');
	const found = filterEntries(entries, typed);
	function onKey(event: KeyboardEvent) {
		if (!typed || (event.key !== 'Escape' && event.key !== 'Esc'))
			return;
		event.preventDefault();
		setTyped('');
	}
	return (
		<>
			<div class="entry">
				<input id="filter" type="text" value={typed} autocomplete="off" aria-label={words.filter} placeholder={words.filter}
					onInput={(event) => setTyped(event.currentTarget.value)} onKeyDown={onKey} />
			</div>
			<p class="label" role="status">
				{typed.trim() && (found.length > 0 ? words.found(found.length, entries.length) : words.foundNone)}
			</p>
			<ul class="choices" aria-labelledby="all-title">
				{found.map(({ entry, number, question }) => (
					<li key={entry}>
						<button type="button" class="choice" disabled={paused} lang={OFFICE_LANGUAGE}
							onClick={() => conversation.ask(question)}>{number ? `${number}. ${question}` : question}</button>
					</li>
				))}
			</ul>
			{total > entries.length && <p class="label">{words.firstOnly(entries.length, total)}</p>}
		</>
	);
}

export function AllQuestions() {
	const { words, browsing, browse } = usePage();
	const [all, setAll] = useState<Entries | null>(null);
	const [failed, setFailed] = useState(false);
	const title = useRef<HTMLHeadingElement>(null);
	const [visit, setVisit] = useState(0); // each begins with an empty filter
	const open = browsing !== 'no';

	/* Again each time: the knowledge may have changed. */
	useEffect(() => {
		if (open)
			void askForEntries(request).then((entries) => {
				setFailed(!entries);
				if (entries)
					setAll(entries);
				else
					browse('no');
			});
	}, [open]);

	useEffect(() => {
		if (browsing !== 'there' || !all || !title.current)
			return;
		title.current.scrollIntoView({ block: 'start' });
		title.current.focus({ preventScroll: true });
		setVisit(visit + 1);
		browse('here');
	}, [browsing, all]);

	return (
		<div class="all-questions">
			<button type="button" class="button" id="browse" aria-expanded={open} aria-controls="all-questions"
				onClick={() => browse(open ? 'no' : 'here')}>{open ? words.close : words.allQuestions}</button>
			<p class="label" role="status">{failed && !open ? words.allFailed : ''}</p>
			<section id="all-questions" hidden={!open || !all} aria-labelledby="all-title">
				<h3 class="label" id="all-title" tabIndex={-1} ref={title}>{all ? words.allTitle(all.total) : words.allQuestions}</h3>
				{open && all && <Filtered key={visit} all={all} />}
			</section>
		</div>
	);
}
