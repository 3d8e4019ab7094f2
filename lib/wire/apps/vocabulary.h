// SPDX-License-Identifier: Apache-2.0
// What policies, explanations and documents call the things of each protocol: its operations, its
// kinds of points, how units count. One row per protocol that a policy can open.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/operation.h"
#include "wire/apps/protocol.h"
#include "wire/apps/umas/umas.h"

namespace bulkhead::wire {

// How a policy writes points of one type. A number N stands for the points [N * scale, N * scale +
// scale - 1]; in front of it "C:" names its container, which counts above bit `shift`.
struct PointWord {
  std::string_view word;  // key of a rule: "holding", "binary_outputs"
  PointType type = PointType::kNone;
  uint64_t last = 0;   // the largest number; 0: they have names only
  uint64_t scale = 1;  // points per number: a byte of 8 bits, a file of 65536 records
  uint8_t shift = 0;   // 0: no container
  uint64_t last_container = 0;
  bool named = false;     // may also be written by name
  bool any_case = false;  // names are the same whatever their case
};

// Where a protocol is spoken.
struct Transport {
  uint8_t protocol = 0;  // ip_protocol
  uint16_t port = 0;     // usual
};

struct Vocabulary {
  App app = App::kNone;
  std::string_view title;  // for sentences: "Modbus", "EtherNet/IP"
  std::span<const FunctionFact> functions;
  std::span<const PointWord> points;
  std::string_view unit;  // what a unit is here: "unit", "station"; empty: there are none
  uint32_t last_unit = 0;
  std::span<const Transport> transports;  // the usual one first
  // Rules that name no unit cover those up to here: what is further away must be named. 0: all.
  uint32_t last_near_unit = 0;
};

// In the order of App.
std::span<const Vocabulary> vocabularies() noexcept;
// nullptr: policies cannot open it.
const Vocabulary* vocabulary_of(App app) noexcept;
const Vocabulary* vocabulary_named(std::string_view app) noexcept;
// Who usually speaks there; nullptr: nobody that could be inspected.
const Vocabulary* vocabulary_at(uint8_t protocol, uint16_t port) noexcept;

// nullptr: there is no such row.
const PointWord* point_word_of(PointType type) noexcept;
const FunctionFact* function_of(App app, uint32_t code) noexcept;

// Protocols that share connections have the same: S7comm, S7comm-plus and MMS those of ISO
// transport (kCotp), CIP those of EtherNet/IP. A flow is inspected as a whole stack.
constexpr App stack_of(App app) noexcept {
  switch (app) {
    case App::kS7comm:
    case App::kS7commPlus:
    case App::kMms:
      return App::kCotp;
    case App::kCip:
      return App::kEnip;
    case App::kUmas:
      return App::kModbus;
    default:
      return app;
  }
}

// Operations of another protocol in which those of `app` lie, one in one. A rule that opens such an
// operation, whatever its points, opens all that is inside: it meant so before there was a parser
// for the inner protocol. Nothing else that a service of the outer one allows opens any of it.
struct Envelope {
  App app = App::kNone;  // kNone: `app` lies in nothing
  uint32_t code = 0;
  OperationClass cls = OperationClass::kUnspecified;
};
constexpr Envelope envelope_of(App app) noexcept {
  if (app != App::kUmas) return {};
  return {App::kModbus, umas::kModbusFunction, OperationClass::kProgram};
}

// Types whose container is told by PointRange::detail, and counts above bit 32.
constexpr bool container_in_detail(PointType type) noexcept {
  return type == PointType::kFinsArea || type == PointType::kSlmpDevice;
}

// The number by which a point is ordered among all of its type: with its container on top.
constexpr uint64_t point_key(const PointRange& range, uint64_t point) noexcept {
  return container_in_detail(range.type) ? uint64_t{range.detail} << 32 | point : point;
}

}  // namespace bulkhead::wire
