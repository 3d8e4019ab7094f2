// SPDX-License-Identifier: Apache-2.0
// Two readers of one database, because neither does alone: date::time_zone knows the listed
// changes, which end in 2037, and holds their last offset for ever; the rule in the file's last
// line (POSIX TZ, RFC 8536 3.3) says how it goes on.
//
// C++17, alone in this tree: Debian 12's date/ptz.h does not compile as C++20.
#include "policy/time_zone.h"

#include <date/ptz.h>
#include <date/tz.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>

namespace bulkhead::policy {
namespace {

using std::chrono::seconds;

constexpr const char* kDatabase = "/usr/share/zoneinfo/";
constexpr std::streamoff kMaxRuleBytes = 256;
// Where date::time_zone says that an offset never ends.
constexpr date::sys_days kForEver{date::year{32767} / 1 / 1};

// The file's last line: "CET-1CEST,M3.5.0,M10.5.0/3". Empty when there is none.
std::string last_line(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = file.tellg();
  const std::streamoff wanted = std::min(size, kMaxRuleBytes);
  if (wanted <= 0) return {};
  file.seekg(size - wanted);
  std::string tail(static_cast<size_t>(wanted), '\0');
  if (!file.read(tail.data(), wanted) || tail.back() != '\n') return {};
  tail.pop_back();
  const size_t before = tail.rfind('\n');
  return before == std::string::npos ? "" : tail.substr(before + 1);
}

class Zone {
 public:
  // Throws when there is no such zone, or its file is not to be read.
  explicit Zone(const std::string& name) : listed_(date::locate_zone(name)) {
    if (const auto rule = last_line(kDatabase + listed_->name()); !rule.empty())
      rule_.emplace(rule);
  }

  [[nodiscard]] date::sys_info at(int64_t at_s) const {
    const date::sys_seconds time{seconds(at_s)};
    const auto listed = listed_->get_info(time);
    return rule_ && listed.end >= kForEver ? rule_->get_info(time) : listed;
  }

 private:
  const date::time_zone* listed_;
  std::optional<Posix::time_zone> rule_;
};

// Each zone is read once; as many are kept as the database has. From any thread.
const Zone* find(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, Zone> known;
  const std::lock_guard<std::mutex> lock(mutex);
  if (const auto at = known.find(name); at != known.end()) return &at->second;
  try {
    return &known.emplace(name, Zone(name)).first->second;
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

bool time_zone_known(const std::string& zone) {
  return find(zone) != nullptr;
}

std::optional<int32_t> utc_offset(const std::string& zone, int64_t at_s) {
  const Zone* found = find(zone);
  if (found == nullptr) return std::nullopt;
  return static_cast<int32_t>(found->at(at_s).offset.count());
}

std::vector<OffsetChange> utc_offsets(const std::string& zone, int64_t from_s, int64_t to_s) {
  std::vector<OffsetChange> out;
  const Zone* found = find(zone);
  if (found == nullptr) return out;
  for (int64_t at = from_s; at <= to_s;) {
    const auto info = found->at(at);
    const auto offset = static_cast<int32_t>(info.offset.count());
    if (out.empty() || out.back().offset_s != offset) out.push_back({at, offset});
    const int64_t next = info.end.time_since_epoch().count();
    if (next <= at) break;
    at = next;
  }
  return out;
}

}  // namespace bulkhead::policy
