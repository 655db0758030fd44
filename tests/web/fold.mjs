// Reads {snapshot, events} and writes the night after each event, by the rule of the pages.
import { readFileSync } from 'node:fs';
import { fold } from '../../web/src/live/fold.ts';

const { snapshot, events } = JSON.parse(readFileSync(0, 'utf8'));
let night = snapshot;
console.log(JSON.stringify(events.map((event) => (night = fold(night, event)))));
