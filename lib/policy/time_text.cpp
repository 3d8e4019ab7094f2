// SPDX-License-Identifier: Apache-2.0
#include "policy/time_text.h"

#include <chrono>
#include <cstdio>

namespace bulkhead::policy {
namespace {

using namespace std::chrono;

constexpr int64_t kSecond = 1'000'000'000;

// Reads digits and fixed characters from the front of a text; anything else spoils it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  int number(size_t digits) {
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      const char c = next();
      if (c < '0' || c > '9') ok_ = false;
      value = value * 10 + (c - '0');
    }
    return value;
  }
  void expect(char wanted) { ok_ = next() == wanted && ok_; }
  bool accept(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool done() const { return ok_ && text_.empty(); }

 private:
  char next() {
    if (text_.empty()) {
      ok_ = false;
      return '0';
    }
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  std::string_view text_;
  bool ok_ = true;
};

struct Parts {
  int year, month, day, hour, minute, second, zone_sign, zone_hour, zone_minute;
};

bool read(std::string_view text, Parts& p) {
  Reader in(text);
  p.year = in.number(4);
  in.expect('-');
  p.month = in.number(2);
  in.expect('-');
  p.day = in.number(2);
  in.expect('T');
  p.hour = in.number(2);
  in.expect(':');
  p.minute = in.number(2);
  p.second = in.accept(':') ? in.number(2) : 0;
  p.zone_sign = in.accept('+') ? 1 : (in.accept('-') ? -1 : 0);
  p.zone_hour = p.zone_minute = 0;
  if (p.zone_sign == 0) {
    in.expect('Z');
  } else {
    p.zone_hour = in.number(2);
    in.expect(':');
    p.zone_minute = in.number(2);
  }
  return in.done();
}

}  // namespace

Result<int64_t> parse_time(std::string_view text) {
  const auto wrong = [&](const char* what) {
    return Error{ErrorCode::kInvalid, "'" + std::string(text) + "' " + what};
  };
  Parts p{};
  if (!read(text, p))
    return wrong(
        "is not a time like 2026-11-23T08:00Z or 2026-11-23T09:00+01:00 (a zone is required)");
  const year_month_day date{year(p.year), month(static_cast<unsigned>(p.month)),
                            day(static_cast<unsigned>(p.day))};
  if (!date.ok()) return wrong("names a day that is not in the calendar");
  if (p.year < 1970 || p.year > 2200) return wrong("is outside of the years 1970-2200");
  if (p.hour > 23 || p.minute > 59 || p.second > 59)
    return wrong("names a time that is not on the clock");
  if (p.zone_hour > 14 || p.zone_minute > 59) return wrong("has a zone beyond 14 hours");
  const int64_t days = sys_days(date).time_since_epoch().count();
  const int64_t zone = p.zone_sign * (p.zone_hour * 3600 + p.zone_minute * 60);
  return (days * 86400 + p.hour * 3600 + p.minute * 60 + p.second - zone) * kSecond;
}

std::string time_text(int64_t wall_ns) {
  // In seconds first: the midnight before the earliest nanosecond is no number of nanoseconds.
  const auto at = floor<seconds>(sys_time<nanoseconds>{nanoseconds(wall_ns)});
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  const hh_mm_ss clock{at - midnight};
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out;
}

}  // namespace bulkhead::policy
