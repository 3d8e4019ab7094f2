// SPDX-License-Identifier: Apache-2.0
// Which events and operations carry a technique of ATT&CK for ICS.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "event_sink.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::dataplane {

TEST_CASE("techniques: a reason without an event needs none", "[dataplane][events]") {
  for (unsigned i = 0; i < kDropReasonCount; ++i) {
    const auto reason = static_cast<DropReason>(i);
    CAPTURE(to_string(reason));
    if (!reportable(reason)) CHECK(technique_of(reason) == 0);
  }
}

TEST_CASE("techniques: every operation that changes something has one", "[dataplane][events]") {
  for (const wire::Vocabulary& protocol : wire::vocabularies())
    for (const wire::FunctionFact& fact : protocol.functions) {
      const bool changes =
          fact.cls == wire::OperationClass::kWrite || fact.cls == wire::OperationClass::kControl ||
          fact.cls == wire::OperationClass::kProgram || fact.cls == wire::OperationClass::kFirmware;
      if (!changes) continue;
      CAPTURE(protocol.title, fact.name);
      CHECK(fact.technique != 0);
    }
}

}  // namespace bulkhead::dataplane
