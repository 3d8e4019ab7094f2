// SPDX-License-Identifier: Apache-2.0
// Which points and which value of a refused operation are named, and by which rule's limit.
#include "image/refused_part.h"

#include <catch2/catch.hpp>
#include <map>

#include "image/compile.h"
#include "policy/yaml.h"
#include "wire/apps/modbus.h"

namespace bulkhead::image {
namespace {

using Bytes = std::vector<uint8_t>;
using Reason = OperationDecision::Reason;
using telemetry::Limit;
using telemetry::LimitKind;
using wire::OperationClass;

// What was before, as a test says.
class Before final : public OperationMemory {
 public:
  [[nodiscard]] bool has_token(const RateTerm&) const noexcept override { return tokens; }
  [[nodiscard]] std::optional<uint32_t> last_value(uint8_t,
                                                   uint32_t address) const noexcept override {
    const auto found = last.find(address);
    return found == last.end() ? std::nullopt : std::optional(found->second);
  }
  void charge(const RateTerm&) noexcept override {}

  bool tokens = true;
  std::map<uint32_t, uint32_t> last;
};

// An operation of a against b, where the relationship r has these rules.
struct Asked {
  explicit Asked(const std::string& rules, const std::string& more = "") {
    const auto loaded = policy::load_yaml(
        "identities:\n"
        "  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }\n"
        "  - { name: b, bind: { gateway: g, port: z, mac: '02:00:00:00:00:02', ip: 10.0.0.2 } }\n"
        "relationships:\n  - { name: r, from: a, to: b, modbus: { allow: [ " +
            rules + " ] } }\n" + more,
        "t.yaml");
    REQUIRE(loaded.ok());
    auto compiled = compile(loaded.policy, {"g", 1, 0});
    REQUIRE(compiled.ok());
    image = std::move(*compiled);
  }

  RefusedPart asks(const Bytes& pdu) {
    const Bytes adu = [&] {
      Bytes out{0, 1, 0, 0, 0, static_cast<uint8_t>(pdu.size() + 1), 1};
      out.insert(out.end(), pdu.begin(), pdu.end());
      return out;
    }();
    REQUIRE(wire::modbus::parse_adu_into(adu, wire::modbus::Side::kRequest, operation).ok());
    const ImageView view(image);
    const auto a = view.identity_by_ip(*parse_ip("10.0.0.1"));
    const auto b = view.identity_by_ip(*parse_ip("10.0.0.2"));
    const auto flow = view.decide_flow(a, b, 6, 502, 0);
    const auto decision = view.decide_operation({flow.pair, a, b}, 6, 502, operation, 0, before);
    passed = decision.pass;
    reason = decision.reason;
    return refused_part(view, decision, 6, 502, operation, before);
  }

  Bytes image;
  Before before;
  wire::Operation operation;
  bool passed = false;
  Reason reason{};
};

Bytes write_one(uint8_t point, uint16_t value) {
  return {6, 0, point, static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
}
Bytes write_many(uint8_t first, const std::vector<uint16_t>& values) {
  const auto n = static_cast<uint8_t>(values.size());
  Bytes out{16, 0, first, 0, n, static_cast<uint8_t>(2 * n)};
  for (const uint16_t value : values) {
    out.push_back(static_cast<uint8_t>(value >> 8));
    out.push_back(static_cast<uint8_t>(value));
  }
  return out;
}
// Function 23: reads two registers, writes one.
Bytes read_and_write(uint8_t read, uint8_t write, uint16_t value) {
  return {23,
          0,
          read,
          0,
          2,
          0,
          write,
          0,
          1,
          2,
          static_cast<uint8_t>(value >> 8),
          static_cast<uint8_t>(value)};
}

void check_points(const RefusedPart& part, OperationClass access, uint64_t first, uint64_t last) {
  CHECK(part.access == access);
  CHECK(part.first == first);
  CHECK(part.last == last);
}

constexpr const char* kBounded = "write: { holding: [\"100-119\"], value: \"0..1200\" }";

}  // namespace

TEST_CASE("refused part: a value outside of its limit is named with its point and the limit",
          "[image][refused]") {
  Asked asked(kBounded);
  const RefusedPart part = asked.asks(write_one(112, 1450));
  CHECK(asked.reason == Reason::kValueOutOfRange);
  check_points(part, OperationClass::kWrite, 112, 112);
  CHECK(part.value == 1450);
  CHECK(part.limit == Limit{0, 1200, LimitKind::kValue});
}

TEST_CASE("refused part: of several registers the third is named when it is out of range",
          "[image][refused]") {
  Asked asked(kBounded);
  const RefusedPart part = asked.asks(write_many(110, {1, 2, 1450, 3, 9999}));
  CHECK(asked.reason == Reason::kValueOutOfRange);
  check_points(part, OperationClass::kWrite, 112, 112);
  CHECK(part.value == 1450);
}

TEST_CASE("refused part: the limit is that of the rule that came nearest, not of the first",
          "[image][refused]") {
  Asked asked(
      "write: { holding: [\"0-119\"], value: \"0..5\" }, "
      "write: { holding: [\"100-119\"], value: \"200..1200\" }, "
      "write: { holding: [\"110-119\"], value: \"200..900\" }");
  CHECK(asked.asks(write_one(112, 1450)).limit == Limit{200, 1200, LimitKind::kValue});
  CHECK(asked.asks(write_one(112, 9)).limit == Limit{0, 5, LimitKind::kValue});
  // Two of three values lie within the second rule, none within the first.
  const RefusedPart part = asked.asks(write_many(110, {1000, 1100, 6}));
  CHECK(part.limit == Limit{200, 1200, LimitKind::kValue});
  CHECK(part.value == 6);
  check_points(part, OperationClass::kWrite, 112, 112);
}

TEST_CASE(
    "refused part: an operation that tells no value is refused for the limit, without a value",
    "[image][refused]") {
  Asked asked(kBounded);
  const RefusedPart part = asked.asks({22, 0, 112, 0, 1, 0, 2});  // masks
  CHECK(asked.reason == Reason::kValueOutOfRange);
  check_points(part, OperationClass::kWrite, 112, 112);
  CHECK(part.value == wire::kNoValueKey);
  CHECK(part.limit == Limit{0, 1200, LimitKind::kValue});
}

TEST_CASE("refused part: a step that is too large is named with the value it would start from",
          "[image][refused]") {
  Asked asked("write: { holding: [\"100-119\"], max_step: 50 }");
  asked.before.last = {{110, 1000}, {111, 1000}};
  const RefusedPart part = asked.asks(write_many(110, {1050, 949}));
  CHECK(asked.reason == Reason::kValueStep);
  check_points(part, OperationClass::kWrite, 111, 111);
  CHECK(part.value == 949);
  CHECK(part.limit == Limit{50, 1000, LimitKind::kStep});
}

TEST_CASE("refused part: a step from a value that is not known says so", "[image][refused]") {
  Asked asked("write: { holding: [\"100-119\"], max_step: 50 }");
  const RefusedPart part = asked.asks(write_one(110, 7));
  CHECK(asked.reason == Reason::kValueStep);
  CHECK(part.value == 7);
  CHECK(part.limit == Limit{50, telemetry::kUnknownValue, LimitKind::kStep});
}

TEST_CASE("refused part: a point that no rule has is named, from the first such one on",
          "[image][refused]") {
  Asked asked(kBounded);
  const RefusedPart one = asked.asks(write_one(150, 7));
  CHECK(asked.reason == Reason::kOperationDenied);
  check_points(one, OperationClass::kWrite, 150, 150);
  CHECK(one.value == 7);
  CHECK(one.limit == Limit{});
  const RefusedPart behind = asked.asks(write_many(118, {1, 2, 3, 4}));
  check_points(behind, OperationClass::kWrite, 120, 121);
  CHECK(behind.value == 3);
  const RefusedPart before = asked.asks(write_many(98, {1, 2, 3}));
  check_points(before, OperationClass::kWrite, 98, 100);
  CHECK(before.value == 1);
}

TEST_CASE("refused part: points that rules have one by one, but none together, are named together",
          "[image][refused]") {
  Asked asked(
      "write: { holding: [\"100-109\"] }, write: { holding: [\"110-119\"], rate: \"2/s\" }");
  const RefusedPart part = asked.asks(write_many(108, {1, 2, 3}));
  CHECK(asked.reason == Reason::kOperationDenied);
  check_points(part, OperationClass::kWrite, 108, 110);
}

TEST_CASE("refused part: of function 23 the written part is named when only that is refused",
          "[image][refused]") {
  Asked asked(std::string("read: { holding: [\"0-9\"] }, ") + kBounded);
  const RefusedPart elsewhere = asked.asks(read_and_write(0, 150, 7));
  CHECK(asked.reason == Reason::kOperationDenied);
  check_points(elsewhere, OperationClass::kWrite, 150, 150);
  CHECK(elsewhere.value == 7);
  const RefusedPart high = asked.asks(read_and_write(0, 112, 1450));
  CHECK(asked.reason == Reason::kValueOutOfRange);
  check_points(high, OperationClass::kWrite, 112, 112);
  CHECK(high.value == 1450);
}

TEST_CASE("refused part: of function 23 the read part is named when only that is refused",
          "[image][refused]") {
  Asked asked(std::string("read: { holding: [\"0-9\"] }, ") + kBounded);
  const RefusedPart part = asked.asks(read_and_write(9, 112, 7));
  CHECK(asked.reason == Reason::kOperationDenied);
  check_points(part, OperationClass::kRead, 10, 10);
  CHECK(part.value == wire::kNoValueKey);
}

TEST_CASE("refused part: of function 23, all of it refused, the written part is named",
          "[image][refused]") {
  Asked asked("read: { coils: [0] }");
  const RefusedPart part = asked.asks(read_and_write(0, 112, 7));
  check_points(part, OperationClass::kWrite, 112, 112);
  CHECK(part.value == 7);
}

TEST_CASE("refused part: a used up rate is named with the points that it is for",
          "[image][refused]") {
  Asked asked("read: { holding: [\"0-9\"] }, write: { holding: [\"100-119\"], rate: \"2/s\" }");
  asked.before.tokens = false;
  const RefusedPart part = asked.asks(read_and_write(0, 112, 7));
  CHECK(asked.reason == Reason::kRateExceeded);
  check_points(part, OperationClass::kWrite, 112, 112);
  CHECK(part.value == 7);
  CHECK(part.limit == Limit{500'000'000, 2, LimitKind::kRate});
}

TEST_CASE("refused part: a veto of a class is on the points that are touched in that way",
          "[image][refused]") {
  Asked writes("read, write", "never:\n  - { name: v, from: a, to: b, operations: [write] }\n");
  const RefusedPart written = writes.asks(read_and_write(0, 112, 7));
  CHECK(writes.reason == Reason::kVetoed);
  check_points(written, OperationClass::kWrite, 112, 112);
  CHECK(written.value == 7);
  Asked reads("read, write", "never:\n  - { name: v, from: a, to: b, operations: [read] }\n");
  const RefusedPart read = reads.asks(read_and_write(0, 112, 7));
  CHECK(reads.reason == Reason::kVetoed);
  check_points(read, OperationClass::kRead, 0, 1);
  CHECK(read.value == wire::kNoValueKey);
}

TEST_CASE("refused part: where the operation itself is refused, its points are not blamed",
          "[image][refused]") {
  Asked asked("read");
  const RefusedPart part = asked.asks({43, 14, 1, 0});  // names no point
  CHECK(asked.reason == Reason::kOperationDenied);
  CHECK(part.access == OperationClass::kUnspecified);
  CHECK(part.range == kNone);
}

TEST_CASE("refused part: with its whole range it keeps the value that failed", "[image][refused]") {
  Asked asked(kBounded);
  const RefusedPart part =
      with_whole_range(asked.asks(write_many(110, {1, 2, 1450})), asked.operation);
  check_points(part, OperationClass::kWrite, 110, 112);
  CHECK(part.value == 1450);
}

}  // namespace bulkhead::image
