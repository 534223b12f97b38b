// A picture from the box. There may be none yet: then nothing is shown in its place.

import { useState } from 'preact/hooks';

export function Picture(props: { class: string; address: string; words: string }) {
    const [absent, setAbsent] = useState('');
    if (absent === props.address) return null;
    return <img class={props.class} src={props.address} alt={props.words} onError={() => setAbsent(props.address)} />;
}
