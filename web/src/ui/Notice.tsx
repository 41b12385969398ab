/* What the office tells everybody for a while, at the top of the page. */

import { useState } from 'preact/hooks';
import type { Notice } from '../protocol';
import { OFFICE_LANGUAGE, usePage } from './page';
import { Linked } from './parts';

export function NoticeBar({ notice }: { notice: Notice | null }) {
	const { words } = usePage();
	const [closed, close] = useState(''); // the text that was read
	const shown = notice && notice.text !== closed ? notice : null;
	return (
		<div class="office-notice" id="notice" role="status">
			{shown && (
				<div class="column office-notice-row">
					<p><b>{words.notice}</b><span lang={OFFICE_LANGUAGE}><Linked text={shown.text} /></span></p>
					<button type="button" class="button quiet" aria-label={words.noticeClose} onClick={() => close(shown.text)}>{words.close}</button>
				</div>
			)}
		</div>
	);
}
