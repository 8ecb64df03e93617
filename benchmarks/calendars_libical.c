/* The same events written by libical: what benchmarks/calendars.py compiles where a compiler and libical-dev are.
 *
 * Usage: calendars_libical EVENTS ZONE     EVENTS holds a line an event, its fields separated by tabs:
 * uid, stamp, sequence, start, end, summary, description, category, status. Prints CPU seconds, bytes written,
 * and the memory in KiB before and at the peak. Reading the lines is not counted.
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { UID, STAMP, SEQUENCE, START, END, SUMMARY, DESCRIPTION, CATEGORY, STATUS, FIELDS };

/* Not ru_maxrss, which is that of the program that started this one while that was larger. */
static long memory(void)
{
    char line[256];
    long found = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file))
        sscanf(line, "VmHWM: %ld", &found);
    if (file != NULL)
        fclose(file);
    return found;
}

static void add_time(icalcomponent *event, icalproperty *property, const char *value, const char *zone)
{
    if (strlen(value) > 8)
        icalproperty_add_parameter(property, icalparameter_new_tzid(zone));
    icalcomponent_add_property(event, property);
}

static icalcomponent *event_of(char **field, const char *zone)
{
    icalcomponent *event = icalcomponent_new_vevent();
    struct icaltimetype stamp = icaltime_from_string(field[STAMP]);
    int whole_day = strlen(field[START]) == 8;
    int cancelled = strcmp(field[STATUS], "CANCELLED") == 0;

    icalcomponent_add_property(event, icalproperty_new_uid(field[UID]));
    icalcomponent_add_property(event, icalproperty_new_dtstamp(stamp));
    icalcomponent_add_property(event, icalproperty_new_lastmodified(stamp));
    icalcomponent_add_property(event, icalproperty_new_sequence(atoi(field[SEQUENCE])));
    add_time(event, icalproperty_new_dtstart(icaltime_from_string(field[START])), field[START], zone);
    add_time(event, icalproperty_new_dtend(icaltime_from_string(field[END])), field[END], zone);
    icalcomponent_add_property(event, icalproperty_new_summary(field[SUMMARY]));
    if (*field[DESCRIPTION])
        icalcomponent_add_property(event, icalproperty_new_description(field[DESCRIPTION]));
    icalcomponent_add_property(event, icalproperty_new_categories(field[CATEGORY]));
    icalcomponent_add_property(
        event, icalproperty_new_status(cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
    icalcomponent_add_property(event, icalproperty_new_class(ICAL_CLASS_PRIVATE));
    icalcomponent_add_property(
        event, icalproperty_new_transp(cancelled || whole_day ? ICAL_TRANSP_TRANSPARENT : ICAL_TRANSP_OPAQUE));
    return event;
}

int main(int count, char **arguments)
{
    FILE *file = count == 3 ? fopen(arguments[1], "r") : NULL;
    size_t lines = 0, room = 1024, length = 0;
    ssize_t read;
    char *line = NULL;
    char *(*events)[FIELDS] = malloc(room * sizeof *events);
    if (file == NULL || events == NULL)
        return 2;
    while ((read = getline(&line, &length, file)) > 0) {
        if (lines == room && (events = realloc(events, (room *= 2) * sizeof *events)) == NULL)
            return 2;
        char *rest = line;
        line[read - 1] = '\0';
        for (int n = 0; n < FIELDS; n++)
            events[lines][n] = strsep(&rest, "\t");
        lines++;
        line = NULL;
        length = 0;
    }
    fclose(file);

    long before = memory();
    clock_t begun = clock();
    icalcomponent *calendar = icalcomponent_new_vcalendar();
    icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar, icalproperty_new_prodid("-//Study appointments//Calendar//EN"));
    for (size_t n = 0; n < lines; n++)
        icalcomponent_add_component(calendar, event_of(events[n], arguments[2]));
    char *text = icalcomponent_as_ical_string_r(calendar);
    double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    printf("%f %zu %ld %ld\n", seconds, strlen(text), before, memory());
    return 0;
}
