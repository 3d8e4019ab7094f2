// SPDX-License-Identifier: Apache-2.0
// How an MMS server says no (ISO 9506-2): to reads and writes of variables an answer that denies
// access to each of them, as IEC 61850 servers do (DataAccessError object-access-denied, 7.5.2); to
// every other confirmed service an error of class access, code object-access-denied (7.4.3).
#include "wire/apps/ber_writer.h"
#include "wire/apps/mms/association.h"
#include "wire/apps/mms/table.h"

namespace bulkhead::wire::mms {
namespace {

constexpr uint8_t kAccessDenied = 3;
constexpr uint8_t kInteger = 0x02, kSequence = 0x30;

// Identifiers of context class.
constexpr uint8_t plain(uint8_t number) noexcept {
  return static_cast<uint8_t>(0x80 | number);
}
constexpr uint8_t holding(uint8_t number) noexcept {
  return static_cast<uint8_t>(0xa0 | number);
}

bool is_confirmed(const Operation& operation) noexcept {
  return operation.direction == Direction::kRequest &&
         operation.code >> 24 == static_cast<uint8_t>(Space::kConfirmed);
}

// Each variable is a point of its own. What a named list has is not known here.
bool counts_variables(const Operation& operation) noexcept {
  const uint32_t service = operation.code & 0xffff;
  if (service != kRead && service != kWrite) return false;
  if (operation.points.empty() || operation.points.size() == kMaxPointRanges) return false;
  for (const PointRange& point : operation.points)
    if (point.type != PointType::kMmsVariable) return false;
  return true;
}

void deny_variables(ber::BackWriter& out, const Operation& operation) noexcept {
  constexpr uint8_t kFailure = 0, kResults = 1;
  const auto service = static_cast<uint8_t>(operation.code);
  for (size_t i = 0; i < operation.points.size(); ++i) out.integer(plain(kFailure), kAccessDenied);
  if (service == kRead) out.wrap(holding(kResults));
  out.wrap(holding(service)).integer(kInteger, operation.request_id);
  out.wrap(holding(static_cast<uint8_t>(Pdu::kConfirmedResponse)));
}

void deny_service(ber::BackWriter& out, const Operation& operation) noexcept {
  constexpr uint8_t kAccess = 7, kErrorClass = 0, kServiceError = 2, kInvoke = 0;
  out.integer(plain(kAccess), kAccessDenied).wrap(holding(kErrorClass));
  out.wrap(holding(kServiceError)).integer(plain(kInvoke), operation.request_id);
  out.wrap(holding(static_cast<uint8_t>(Pdu::kConfirmedError)));
}

// Presentation and session of data (ISO 8823-1 8.4.2, ISO 8327-1 8.3.7).
void put_layers(ber::BackWriter& out, uint64_t context) noexcept {
  constexpr uint8_t kFullyEncoded = 0x61, kSingleValue = 0;
  out.wrap(holding(kSingleValue)).integer(kInteger, context).wrap(kSequence).wrap(kFullyEncoded);
  for (int spdus = 0; spdus < 2; ++spdus) out.octet(0).octet(static_cast<uint8_t>(Spdu::kData));
}

}  // namespace

size_t Association::refuse(Side asker, const Operation& operation,
                           std::span<uint8_t> out) noexcept {
  if (!is_confirmed(operation)) return 0;
  (void)outstanding_[asker == Side::kRequest ? 0 : 1].answered(operation);
  if (counts_variables(operation)) {
    ber::BackWriter writer{out};
    deny_variables(writer, operation);
    if (layered_) put_layers(writer, context_);
    if (const size_t size = writer.finish(); size != 0) return size;
  }
  ber::BackWriter writer{out};
  deny_service(writer, operation);
  if (layered_) put_layers(writer, context_);
  return writer.finish();
}

}  // namespace bulkhead::wire::mms
