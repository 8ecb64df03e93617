// Read calendar files with ical.js and print what it sees: one list of events for each file, as JSON.
// Usage: node read.mjs FILE...      Times are instants (milliseconds since 1970), whole days are dates.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

function moment(time) {
  return time.isDate ? time.toString() : time.toUnixTime() * 1000;
}

function read(file) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      start: moment(event.startDate),
      end: moment(event.endDate),
      zone: event.startDate.isDate ? null : event.startDate.zone.tzid,
      summary: event.summary,
      description: event.description,
      status: component.getFirstPropertyValue("status"),
      properties: component.getAllProperties().map((property) => property.name).sort(),
    };
  });
  return { name: calendar.getFirstPropertyValue("name"), events };
}

process.stdout.write(JSON.stringify(process.argv.slice(2).map(read)));
