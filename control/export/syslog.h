// SPDX-License-Identifier: Apache-2.0
// What stands before an event on its way to a syslog.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/resolved_event.h"

namespace bulkhead::control {

struct SyslogSender {
  std::string gateway;  // HOSTNAME
  uint32_t pid = 0;     // PROCID
};

// RFC 5424: "<132>1 2026-11-28T14:00:00.000000Z gw-a bulkhead 77 operation_denied - MESSAGE".
// Facility local0; severity from that of CEF.
std::string rfc5424(const ResolvedEvent& event, const SyslogSender& sender,
                    std::string_view message);

// As the C library writes to /dev/log: "<132>Nov 28 14:00:00 bulkhead[77]: MESSAGE", local time.
std::string local_syslog(const ResolvedEvent& event, const SyslogSender& sender,
                         std::string_view message);

}  // namespace bulkhead::control
