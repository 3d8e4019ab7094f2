// SPDX-License-Identifier: Apache-2.0
// Compiled schedules: open or closed, and the next moment at which that may change.
#include <catch2/catch.hpp>

#include "image/compile.h"
#include "image/verifier.h"
#include "image/view.h"
#include "policy/time_text.h"
#include "policy/yaml.h"

namespace bulkhead::image {
namespace {

const PrivateKey kKey{9};

int64_t at(const char* time) {
  return *policy::parse_time(time);
}

struct Compiled {
  std::vector<uint8_t> bytes;
  ImageView view;

  explicit Compiled(const std::string& relationships) {
    const auto loaded = policy::load_yaml(R"(identities:
  - { name: hmi, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }
  - { name: plc, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:02', ip: 10.0.0.2 } }
relationships:
)" + relationships,
                                          "t.yaml");
    REQUIRE(loaded.ok());
    auto compiled = compile(loaded.policy, {"gw-1", 1, at("2026-11-25T00:00Z")});
    REQUIRE(compiled.ok());
    bytes = std::move(*compiled);
    REQUIRE(sign(bytes, kKey).ok());
    view = ImageView(bytes);
  }
  [[nodiscard]] FlowDecision ask(const char* time) const {
    return view.decide_flow(IdentityIndex(0), IdentityIndex(1), 1, 0, at(time));
  }
  [[nodiscard]] std::string refusal() const {
    const auto status = verify(bytes, {*public_key_of(kKey), "gw-1"});
    return status.ok() ? "" : status.error().sentence;
  }
  template <typename T>
  T& record(SectionId id, size_t index) {
    const auto& header = *reinterpret_cast<const ImageHeader*>(bytes.data());
    const auto& ref = header.sections[static_cast<size_t>(id)];
    REQUIRE(index < ref.count);
    return *reinterpret_cast<T*>(bytes.data() + ref.offset + index * sizeof(T));
  }
  [[nodiscard]] uint32_t count(SectionId id) const {
    return reinterpret_cast<const ImageHeader*>(bytes.data())
        ->sections[static_cast<size_t>(id)]
        .count;
  }
};

Compiled scheduled(const std::string& schedule) {
  return Compiled("  - { name: ping, from: hmi, to: plc, icmp: { echo: true }, when: { schedule: " +
                  schedule + " } }\n");
}

TEST_CASE("image schedule: open and closed, each until the next edge", "[image][schedule]") {
  const auto image = scheduled("\"Mon-Fri 06:00-22:00 Europe/Berlin\"");
  CHECK(image.refusal().empty());
  const auto before = image.ask("2026-11-25T04:00:30Z");
  CHECK_FALSE(before.allowed);
  CHECK(before.refusal == Refusal::kOutsideSchedule);
  CHECK(image.view.name_of(before.relationship) == "ping");
  CHECK(before.boundary_wall_ns == at("2026-11-25T05:00Z"));
  const auto during = image.ask("2026-11-25T05:00Z");
  CHECK(during.allowed);
  CHECK(during.boundary_wall_ns == at("2026-11-25T21:00Z"));
  CHECK_FALSE(image.ask("2026-11-25T21:00Z").allowed);
  CHECK(image.ask("2026-11-27T21:00Z").boundary_wall_ns <= at("2026-11-30T05:00Z"));
}

TEST_CASE("image schedule: a change of clocks is a boundary, in both directions",
          "[image][schedule]") {
  const auto image = scheduled("\"daily 02:00-03:00 Europe/Berlin\"");
  // Spring: the open hour is left out.
  const auto gap = image.ask("2026-03-29T00:30Z");
  CHECK_FALSE(gap.allowed);
  CHECK(gap.boundary_wall_ns == at("2026-03-29T01:00Z"));
  CHECK_FALSE(image.ask("2026-03-29T01:00Z").allowed);
  // Autumn: it comes twice.
  const auto first = image.ask("2026-10-25T00:10Z");
  CHECK(first.allowed);
  CHECK(first.boundary_wall_ns == at("2026-10-25T01:00Z"));
  const auto second = image.ask("2026-10-25T01:00Z");
  CHECK(second.allowed);
  CHECK(second.boundary_wall_ns == at("2026-10-25T02:00Z"));
}

TEST_CASE("image schedule: an open time that runs into a longer day ends with the clock",
          "[image][schedule]") {
  const auto image = scheduled("\"Sat 22:00-02:30 Europe/Berlin\"");
  const auto evening = image.ask("2026-10-24T23:00Z");
  CHECK(evening.allowed);
  CHECK(evening.boundary_wall_ns <= at("2026-10-25T00:30Z"));
  CHECK_FALSE(image.ask("2026-10-25T00:30Z").allowed);
  CHECK(image.ask("2026-10-25T01:00Z").allowed);  // 02:00 for the second time
  CHECK_FALSE(image.ask("2026-10-25T01:30Z").allowed);
}

TEST_CASE("image schedule: clocks are known ten years back and twenty ahead", "[image][schedule]") {
  const auto image = scheduled("\"daily 12:00-13:00 Europe/Berlin\"");
  for (const char* summer : {"2017-07-01T10:30Z", "2046-07-01T10:30Z"})
    CHECK(image.ask(summer).allowed);
  for (const char* winter : {"2016-12-01T11:30Z", "2046-11-24T11:30Z"})
    CHECK(image.ask(winter).allowed);
}

TEST_CASE("image schedule: the earliest boundary of all conditions counts", "[image][schedule]") {
  const auto image = scheduled("[\"Wed 06:00-08:00 UTC\", \"Wed 07:00-09:00 Asia/Kolkata\"]");
  CHECK(image.ask("2026-11-25T01:45Z").allowed);  // 07:15 in Kolkata
  CHECK(image.ask("2026-11-25T01:45Z").boundary_wall_ns == at("2026-11-25T03:30Z"));
  CHECK_FALSE(image.ask("2026-11-25T04:00Z").allowed);
  CHECK(image.ask("2026-11-25T06:00Z").allowed);
}

TEST_CASE("image schedule: relationships with equal schedules share them", "[image][schedule]") {
  const std::string when = "when: { schedule: \"Mon 06:00-22:00 Europe/Berlin\" }";
  const Compiled image("  - { name: a, from: hmi, to: plc, icmp: { echo: true }, " + when +
                       " }\n  - { name: b, from: hmi, to: plc, tcp: { ports: [22] }, " + when +
                       " }\n");
  CHECK(image.count(SectionId::kSchedules) == 1);
  CHECK(image.count(SectionId::kOffsets) > 50);
}

TEST_CASE("image verify: schedules stay within their bounds", "[image][schedule]") {
  const auto refused = [](auto&& break_it) {
    auto image = scheduled("\"Mon,Wed 06:00-22:00 Europe/Berlin\"");
    break_it(image);
    REQUIRE(sign(image.bytes, kKey).ok());
    return image.refusal();
  };
  using Id = SectionId;
  const auto schedule = [](Compiled& c) -> ScheduleRecord& {
    return c.record<ScheduleRecord>(Id::kSchedules, 0);
  };
  CHECK(refused([&](auto& c) { schedule(c).open = {}; }).find("schedule 0: open times") !=
        std::string::npos);
  CHECK(refused([&](auto& c) { schedule(c).open.count += 7; }).find("schedule 0: open times") !=
        std::string::npos);
  CHECK(refused([&](auto& c) {
          c.template record<RangeRecord>(Id::kRanges, schedule(c).open.first + 1).last =
              kMinutesPerWeek;
        }).find("schedule 0: open times") != std::string::npos);
  CHECK(refused([&](auto& c) { ++schedule(c).offsets.first; }).find("schedule 0: offsets") !=
        std::string::npos);
  CHECK(refused([&](auto& c) { ++schedule(c).offsets.count; }).find("schedule 0: offsets") !=
        std::string::npos);
  CHECK(refused([](auto& c) {
          c.template record<OffsetRecord>(Id::kOffsets, 2).from_wall_ns = 5;
        }).find("schedule 0: offsets") != std::string::npos);
  CHECK(refused([](auto& c) {
          c.template record<OffsetRecord>(Id::kOffsets, 2).offset_s = 100'000;
        }).find("offset 2: is more than 26 hours") != std::string::npos);
  CHECK(refused([](auto& c) {
          c.template record<RelationshipRecord>(Id::kRelationships, 0).schedules.count = 2;
        }).find("relationship 0: schedules") != std::string::npos);
}

}  // namespace
}  // namespace bulkhead::image
