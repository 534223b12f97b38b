// A picture from the box. There may be none yet: then nothing is shown in its place.

import { useState } from 'preact/hooks';

export function Picture(props: { class: string; address: string; words: string; link?: string }) {
    const [absent, setAbsent] = useState('');
    if (absent === props.address) return null;
    const failed = () => setAbsent(props.address);
    if (!props.link) return <img class={props.class} src={props.address} alt={props.words} onError={failed} />;
    return (
        <p class={props.class}>
            <a href={props.address} target="_blank" rel="noopener"><img src={props.address} alt={props.words} onError={failed} />{props.link}</a>
        </p>
    );
}
