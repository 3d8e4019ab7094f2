// SPDX-License-Identifier: Apache-2.0
#include "policy/limit_text.h"

#include <catch2/catch.hpp>

#include "policy/event_text.h"
#include "wire/apps/value_key.h"

namespace bulkhead::policy {
namespace {

using telemetry::Limit;
using telemetry::LimitKind;
using wire::App;

constexpr uint64_t kSecond = 1'000'000'000;

}  // namespace

TEST_CASE("limit text: bounds of values are in the words of the protocol's values", "[policy]") {
  CHECK(limit_text(App::kModbus, {0, 1200, LimitKind::kValue}) == "value 0..1200");
  CHECK(limit_text(App::kDnp3, {wire::ordered_key(-0.5), wire::ordered_key(20),
                                LimitKind::kValue}) == "value -0.5..20");
}

TEST_CASE("limit text: a step says from which value, or that it is not known", "[policy]") {
  CHECK(limit_text(App::kModbus, {50, 1000, LimitKind::kStep}) == "max_step 50 from 1000");
  CHECK(limit_text(App::kModbus, {50, telemetry::kUnknownValue, LimitKind::kStep}) ==
        "max_step 50 from an unknown value");
}

TEST_CASE("limit text: a rate reads as a policy writes it", "[policy]") {
  CHECK(limit_text(App::kModbus, {kSecond / 2, 2, LimitKind::kRate}) == "rate 2/s");
  CHECK(limit_text(App::kModbus, {kSecond / 7, 7, LimitKind::kRate}) == "rate 7/s");
  CHECK(limit_text(App::kModbus, {6 * kSecond, 3, LimitKind::kRate}) == "rate 10/min burst 3");
  CHECK(limit_text(App::kModbus, {3600 * kSecond, 1, LimitKind::kRate}) == "rate 1/h");
}

TEST_CASE("limit text: no limit, and numbers that are none, say nothing false", "[policy]") {
  CHECK(limit_text(App::kModbus, {}).empty());
  CHECK(limit_text(App::kModbus, {0, 1, LimitKind::kRate}).empty());
  CHECK(limit_text(App::kModbus, {1, 1, static_cast<LimitKind>(99)}).empty());
}

TEST_CASE("event text: the refused point, the value and the limit that it did not keep",
          "[policy]") {
  telemetry::EventRecord record;
  record.app = static_cast<uint8_t>(App::kModbus);
  record.operation_class = static_cast<uint8_t>(wire::OperationClass::kWrite);
  record.operation_code = 16;
  record.unit = 1;
  record.point_type = static_cast<uint8_t>(wire::PointType::kHolding);
  record.point_first = record.point_last = 40012;
  record.has_value = 1;
  record.value = 1450;
  record.limit = {0, 1200, LimitKind::kValue};
  CHECK(event_operation(record) == "modbus write_multiple_registers holding 40012 = 1450, unit 1");
  CHECK(event_limit(record) == "value 0..1200");
}

}  // namespace bulkhead::policy
