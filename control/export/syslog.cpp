// SPDX-License-Identifier: Apache-2.0
#include "export/syslog.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "export/cef.h"

namespace bulkhead::control {

namespace {

constexpr int kLocal0 = 16;  // RFC 5424, 6.2.1
enum Severity : int { kError = 3, kWarning = 4, kNotice = 5, kInformational = 6 };
// Of CEF's 0 to 10.
constexpr std::array<Severity, 11> kSeverities = {
    kInformational, kInformational, kInformational, kInformational, kNotice, kNotice,
    kWarning,       kWarning,       kWarning,       kError,         kError};

int priority_of(const ResolvedEvent& event) {
  return kLocal0 * 8 + kSeverities[static_cast<size_t>(severity_of(event.record))];
}

// `pattern` as for strftime(3); the process keeps the C locale.
std::string time_text(const std::tm& time, const char* pattern) {
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), pattern, &time)};
}

constexpr int64_t kNsPerSecond = 1'000'000'000;

// Records come from shared memory: any number may stand in them.
int64_t wall_ns_of(const ResolvedEvent& event) {
  return std::max<int64_t>(event.record.wall_ns, 0);
}

}  // namespace

std::string rfc5424(const ResolvedEvent& event, const SyslogSender& sender,
                    std::string_view message) {
  const int64_t ns = wall_ns_of(event);
  const std::time_t seconds = ns / kNsPerSecond;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("<{}>1 {}.{:06}Z {} bulkhead {} {} - {}", priority_of(event),
                     time_text(utc, "%Y-%m-%dT%H:%M:%S"), ns % kNsPerSecond / 1000, sender.gateway,
                     sender.pid, signature_of(event.record), message);
}

std::string local_syslog(const ResolvedEvent& event, const SyslogSender& sender,
                         std::string_view message) {
  const std::time_t seconds = wall_ns_of(event) / kNsPerSecond;
  std::tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("<{}>{} bulkhead[{}]: {}", priority_of(event),
                     time_text(local, "%b %e %H:%M:%S"), sender.pid, message);
}

}  // namespace bulkhead::control
