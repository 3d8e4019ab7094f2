// SPDX-License-Identifier: Apache-2.0
// Weekly schedules by the clocks of their zones, in both directions of a change of clocks.
#include "policy/schedule.h"

#include <catch2/catch.hpp>

#include "plant.h"
#include "policy/time_text.h"
#include "policy/time_zone.h"
#include "policy/yaml.h"

namespace bulkhead::policy {
namespace {

bool open_at(const char* schedule, const char* time) {
  const auto parsed = parse_schedule(schedule);
  REQUIRE(parsed.ok());
  return is_open(*parsed, *parse_time(time));
}

std::string refusal(const char* schedule) {
  const auto parsed = parse_schedule(schedule);
  return parsed.ok() ? "" : parsed.error().sentence;
}

TEST_CASE("schedule: working days by the zone's clock, the end exclusive", "[policy][schedule]") {
  const char* shift = "Mon-Fri 06:00-22:00 Europe/Berlin";
  CHECK_FALSE(open_at(shift, "2026-11-25T04:59:59Z"));  // Wednesday 05:59:59 in Berlin
  CHECK(open_at(shift, "2026-11-25T05:00Z"));
  CHECK(open_at(shift, "2026-11-25T20:59:59Z"));
  CHECK_FALSE(open_at(shift, "2026-11-25T21:00Z"));
  CHECK_FALSE(open_at(shift, "2026-11-28T12:00Z"));  // Saturday
  CHECK(open_at(shift, "2026-07-01T04:00Z"));        // summer time: two hours ahead
}

TEST_CASE("schedule: an end that is not after the beginning is on the next day",
          "[policy][schedule]") {
  const char* night = "Sun 22:00-06:00 UTC";
  CHECK(open_at(night, "2026-11-29T22:00Z"));
  CHECK(open_at(night, "2026-11-30T05:59Z"));  // over the end of the week
  CHECK_FALSE(open_at(night, "2026-11-30T06:00Z"));
  CHECK_FALSE(open_at(night, "2026-11-29T05:00Z"));
}

TEST_CASE("schedule: daily, single days, lists and ranges over the week's end",
          "[policy][schedule]") {
  CHECK(open_at("daily 00:00-24:00 UTC", "2026-11-29T23:59Z"));
  CHECK(open_at("Wed 10:00-11:00 UTC", "2026-11-25T10:30Z"));
  CHECK_FALSE(open_at("Tue,Thu 10:00-11:00 UTC", "2026-11-25T10:30Z"));
  CHECK(open_at("Tue,Thu-Fri 10:00-11:00 UTC", "2026-11-27T10:30Z"));
  CHECK(open_at("Sat-Mon 10:00-11:00 UTC", "2026-11-29T10:30Z"));
  CHECK_FALSE(open_at("Sat-Mon 10:00-11:00 UTC", "2026-11-25T10:30Z"));
}

// Europe/Berlin, 2026-03-29: 01:59:59+01:00 is followed by 03:00:00+02:00.
TEST_CASE("schedule: a local time that clocks leave out never comes", "[policy][schedule]") {
  const char* gap = "daily 02:00-03:00 Europe/Berlin";
  CHECK_FALSE(open_at(gap, "2026-03-29T00:59:59Z"));
  CHECK_FALSE(open_at(gap, "2026-03-29T01:00Z"));
  CHECK(open_at(gap, "2026-03-28T01:30Z"));
  CHECK(open_at("daily 02:30-04:00 Europe/Berlin", "2026-03-29T01:00Z"));
}

// 2026-10-25: 02:59:59+02:00 is followed by 02:00:00+01:00.
TEST_CASE("schedule: a local time that comes twice counts twice", "[policy][schedule]") {
  const char* twice = "daily 02:00-02:30 Europe/Berlin";
  CHECK(open_at(twice, "2026-10-25T00:15Z"));
  CHECK_FALSE(open_at(twice, "2026-10-25T00:45Z"));
  CHECK(open_at(twice, "2026-10-25T01:15Z"));
  CHECK_FALSE(open_at(twice, "2026-10-25T01:45Z"));
}

TEST_CASE("time zone: the rule goes on where the database's list ends", "[policy][schedule]") {
  const auto offset = [](const char* zone, const char* time) {
    return *utc_offset(zone, *parse_time(time) / 1'000'000'000);
  };
  CHECK(offset("Europe/Berlin", "2046-03-25T00:59:59Z") == 3600);
  CHECK(offset("Europe/Berlin", "2046-03-25T01:00Z") == 7200);
  CHECK(offset("Europe/Berlin", "2046-10-28T00:59:59Z") == 7200);
  CHECK(offset("Europe/Berlin", "2046-10-28T01:00Z") == 3600);
  CHECK(offset("America/New_York", "2045-03-12T06:59:59Z") == -5 * 3600);
  CHECK(offset("America/New_York", "2045-03-12T07:00Z") == -4 * 3600);
  CHECK(offset("Australia/Sydney", "2044-01-15T00:00Z") == 11 * 3600);
  CHECK(offset("Australia/Sydney", "2044-04-02T15:59:59Z") == 11 * 3600);
  CHECK(offset("Australia/Sydney", "2044-04-02T16:00Z") == 10 * 3600);
  CHECK(offset("Australia/Sydney", "2044-10-01T16:00Z") == 11 * 3600);
  CHECK(offset("Asia/Kolkata", "2046-01-01T00:00Z") == 19800);
}

TEST_CASE("time zone: every change is listed once, in order, before and after 2037",
          "[policy][schedule]") {
  const int64_t from = *parse_time("2016-11-25T00:00Z") / 1'000'000'000;
  const int64_t to = *parse_time("2046-11-25T00:00Z") / 1'000'000'000;
  const auto changes = utc_offsets("Europe/Berlin", from, to);
  REQUIRE(changes.size() == 1 + 30 * 2);
  CHECK(changes.front().from_s == from);
  for (size_t i = 1; i < changes.size(); ++i) {
    CHECK(changes[i - 1].from_s < changes[i].from_s);
    CHECK(changes[i].offset_s == (i % 2 == 1 ? 7200 : 3600));
  }
  CHECK(changes.back().from_s == *parse_time("2046-10-28T01:00Z") / 1'000'000'000);
  CHECK(utc_offsets("Europe/Nowhere", from, to).empty());
}

TEST_CASE("schedule: what is wrong is named, with what is expected", "[policy][schedule]") {
  CHECK(refusal("Mon-Fri 06:00-22:00") ==
        "'Mon-Fri 06:00-22:00' is no schedule like 'Mon-Fri 06:00-22:00 Europe/Berlin' (a zone is "
        "required)");
  CHECK(refusal("Mo-Fr 06:00-22:00 UTC").find("'Mo-Fr' is no day and no range of days") == 0);
  CHECK(refusal("Mon, 06:00-22:00 UTC").find("'Mon,' ends with a comma") == 0);
  CHECK(refusal("Mon,,Tue 06:00-22:00 UTC").find("'' is no day") == 0);
  CHECK(refusal("Mon 06:00-06:00 UTC") == "'06:00-06:00' is empty; all day is 00:00-24:00");
  for (const char* hours : {"6:00-22:00", "06:00", "24:00-06:00", "06:60-07:00", "06:00-24:01",
                            "06:00-22:00-23:00", "aa:bb-cc:dd"})
    CHECK(refusal(("Mon " + std::string(hours) + " UTC").c_str()).find("is no time of day") !=
          std::string::npos);
  CHECK(refusal("Mon 06:00-22:00 Europe/Berln").find("'Europe/Berln' is no time zone") == 0);
  CHECK(refusal("Mon 06:00-22:00 ../../etc/passwd").find("is no time zone") != std::string::npos);
}

std::string finding(const std::string& when) {
  const auto loaded = load_yaml(R"(identities:
  - { name: hmi, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }
  - { name: plc, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:02', ip: 10.0.0.2 } }
relationships:
  - name: operate
    from: hmi
    to: plc
    icmp: { echo: true }
    )" + when,
                                "p.yaml");
  return loaded.findings.empty() ? "" : to_string(loaded.findings.front());
}

TEST_CASE("policy yaml: when.schedule is one text or a list, on relationships and grants",
          "[policy][yaml][schedule]") {
  CHECK(finding(R"(when: { schedule: "Mon-Fri 06:00-22:00 Europe/Berlin" })").empty());
  CHECK(finding(R"(when: { schedule: ["Sat 08:00-12:00 UTC", "Mon 08:00-12:00 Asia/Tokyo"] })")
            .empty());
}

TEST_CASE("policy yaml: a wrong schedule is an error at its own line and column",
          "[policy][yaml][schedule]") {
  CHECK(finding("when: {}").find("p.yaml:9:11: error: relationships[operate].when: is empty") == 0);
  CHECK(finding("when: { schedule: [] }")
            .find("p.yaml:9:23: error: relationships[operate].when.schedule: an empty list") == 0);
  CHECK(
      finding("when:\n      schedule:\n        - daily 08:00-12:00 UTC\n        - Sat 08:00-12:00 "
              "Mars/Base")
          .find("p.yaml:12:11: error: relationships[operate].when.schedule[1]: 'Mars/Base' is no "
                "time zone") == 0);
  CHECK(finding("when: { shedule: daily 08:00-12:00 UTC }").find("did you mean 'schedule'") !=
        std::string::npos);
}

TEST_CASE("explain: what is closed by schedule, posture, lock or island says so and what helps",
          "[policy][schedule][overlay]") {
  auto policy = load_plant();
  policy.relationships[0].schedules = {*parse_schedule("Sat 08:00-12:00 Europe/Berlin")};
  auto request = tcp("hmi", "plc", 502);
  const auto asked = [&] { return explain(policy, request); };
  const auto told = [](const Explanation& e) {
    std::string all;
    for (const auto& step : e.steps) all += step + '\n';
    for (const auto& hint : e.would_allow) all += hint + '\n';
    return all;
  };
  CHECK(asked().decision.why == Why::kOutsideSchedule);
  CHECK(told(asked()).find("but only Sat 08:00-12:00 Europe/Berlin") != std::string::npos);
  CHECK(told(asked()).find("widen when.schedule of 'operate'") != std::string::npos);
  policy.relationships[0].schedules.clear();
  policy.relationships[0].posture = {"patched"};
  CHECK(asked().decision.why == Why::kPosture);
  CHECK(told(asked()).find("bulkhead posture set hmi") != std::string::npos);
  overlay::Overlay overlay;
  overlay.facts = {{"hmi", "patched", kAfter}};
  request.overlay = &overlay;
  CHECK(asked().decision.why == Why::kAllowed);
  overlay.islands = {{"cell", "", {"plc"}}};
  CHECK(asked().decision.why == Why::kIsland);
  overlay.locks = {{overlay::LockTarget::kRelationship, "operate"}};
  CHECK(asked().decision.why == Why::kLocked);
  CHECK(told(asked()).find("bulkhead unlock") != std::string::npos);
}

}  // namespace
}  // namespace bulkhead::policy
