// SPDX-License-Identifier: Apache-2.0
// Mailboxes (ETG.1000.4 5.6): length, station address, channel and priority, type and counter; then
// a service of that type (ETG.1000.6).
#pragma once

#include "wire/apps/ethercat/ethercat.h"
#include "wire/apps/ethercat/table.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::ethercat {

inline constexpr size_t kMailboxHeader = 6;
inline constexpr size_t kMailboxTypeAt = 5;

struct Mailbox {
  uint16_t length = 0;  // behind the header
  uint16_t station = 0;
  MailboxType type = MailboxType::kError;
};
Mailbox read_mailbox_header(Reader& in) noexcept;

// What a mailbox asks or answers.
struct Service {
  uint32_t code = 0;   // of no row of the table: not known
  PointRange point{};  // kNone: it names nothing
  std::span<const uint8_t> value{};
  bool refuses = false;
  uint32_t why = 0;
};
// `in`: what is behind the header. Its fault is kBadLength: there is less than the service takes.
Service read_service(MailboxType type, Reader& in) noexcept;

// Makes `out` the service: its class and name by its row (null: not known), its object and value.
// `refuses` counts in answers.
void tell_service(const Service& service, const FunctionFact* fact, Operation& out) noexcept;

}  // namespace bulkhead::wire::ethercat
