/* Who at the office has looked at the record of whom is signed in: when and why. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Looks } from '../protocol';
import { minuteOf } from '../time';
import { OFFICE_LANGUAGE, usePage } from './page';

type Found = Looks | 'reading' | 'expired' | 'failed';

function List({ looks, more }: Looks) {
	const { words } = usePage();
	if (looks.length === 0)
		return <p>{words.lookedAtNever}</p>;
	return (
		<>
			<p class="label">{words.lookedAtHow}</p>
			<ul class="looks">
				{looks.map((look, at) => (
					<li key={at}>
						<span class="look-at">{minuteOf(look.at)}</span>
						<span class="look-who" lang={OFFICE_LANGUAGE}>{look.who === null ? words.lookedAtServer : words.staff(look.who)}</span>
						<span class="look-why"><span class="label">{words.lookedAtWhy}</span><span lang={OFFICE_LANGUAGE}>{look.why}</span></span>
					</li>
				))}
			</ul>
			{more && <p class="label">{words.lookedAtMore(looks.length)}</p>}
		</>
	);
}

export function LookedAt({ close }: { close(): void }) {
	const { words, conversation } = usePage();
	const [found, setFound] = useState<Found>('reading');
	const title = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		if (title.current)
			title.current.focus();
		void conversation.lookedAt().then(setFound);
	}, []);
	function onKey(event: KeyboardEvent) {
		if (event.key !== 'Escape' && event.key !== 'Esc')
			return;
		event.preventDefault();
		close();
	}
	return (
		<section class="settings" id="looked-at" aria-labelledby="looked-at-title" onKeyDown={onKey}>
			<div class="column">
				<h2 id="looked-at-title" class="looks-title" tabIndex={-1} ref={title}>{words.lookedAtTitle}</h2>
				<div role="status">
					{typeof found === 'object' ? <List {...found} />
						: <p>{found === 'reading' ? words.lookedAtReading : found === 'expired' ? words.lookedAtExpired : words.lookedAtFailed}</p>}
				</div>
				<div class="pick"><button type="button" class="button quiet" onClick={close}>{words.close}</button></div>
			</div>
		</section>
	);
}
