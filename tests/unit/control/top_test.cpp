// SPDX-License-Identifier: Apache-2.0
// The page of `bulkhead top`: from two readings and a size to lines.
#include <algorithm>
#include <catch2/catch.hpp>

#include "cli/rates.h"
#include "cli/text_width.h"
#include "cli/top_page.h"

namespace bulkhead::cli {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

void add_drop(v1::GetCountersResponse& counters, const char* reason, uint64_t packets) {
  v1::DropCounter& drop = *counters.add_drops();
  drop.set_reason(reason);
  drop.set_stage("decide");
  drop.set_sentence("why");
  drop.set_packets(packets);
}

// A gateway with one of everything, after so many seconds of its life.
TopReading reading(uint64_t seconds) {
  TopReading r;
  r.steady_ns = seconds * kSecond;
  r.status.set_gateway("gw-a");
  r.status.set_connected(true);
  r.status.set_generation(7);
  r.status.set_boot_nonce("first");
  v1::GetCountersResponse& counters = r.counters;
  counters.mutable_at()->set_seconds(1'700'000'000 + static_cast<int64_t>(seconds));
  counters.set_operations_allowed(100 * seconds);
  counters.set_operations_refused(seconds);
  counters.set_flows_live(12);
  v1::PortCounters& port = *counters.add_ports();
  port.set_port("zone0");
  port.set_rx_packets(2000 * seconds);
  port.set_rx_bytes(125'000 * seconds);
  add_drop(counters, "vetoed", 5000);
  add_drop(counters, "locked", 3 * seconds);
  add_drop(counters, "replay", 0);
  v1::WorkerStatus& worker = *counters.add_workers();
  worker.set_generation(7);
  worker.set_bursts(30 * seconds);
  worker.set_idle_polls(70 * seconds);
  worker.set_heartbeat_age_ns(40'000);
  v1::Peer& peer = *r.peers.add_peers();
  peer.set_name("gw-b");
  peer.set_state("up");
  peer.set_keys_installed(true);
  peer.mutable_keyed()->set_seconds(1'700'000'000 - 120);
  peer.set_packets_in(10 * seconds);
  v1::Path& path = *peer.add_paths();
  path.set_underlay("172.16.0.2:4500");
  path.set_up(true);
  path.set_active(true);
  path.set_rtt_us(850);
  path.set_loss_per_mille(12);
  for (uint64_t id = 1; id <= 30; ++id) {
    v1::Event& event = r.events.emplace_back();
    event.set_id(id);
    event.set_kind(v1::EVENT_KIND_DROPPED);
    event.set_what("tcp 22");
    event.mutable_source()->set_identity("laptop-9");
    event.set_reason("no_relationship");
  }
  return r;
}

std::string text_of(const std::vector<TopLine>& page) {
  std::string text;
  for (const TopLine& line : page) text += line.text + "\n";
  return text;
}

std::string page_of(const TopReading* before, const TopReading& now, ScreenSize size = {60, 160}) {
  return text_of(top_page(before, now, size));
}

// The first line that contains it, its columns parted by one space.
std::string row(const std::string& page, const std::string& with) {
  const size_t at = page.find(with);
  if (at == std::string::npos) return "";
  const size_t begin = page.rfind('\n', at) + 1;
  std::string line = page.substr(begin, page.find('\n', at) - begin);
  line.erase(
      std::unique(line.begin(), line.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
      line.end());
  return line;
}

}  // namespace

TEST_CASE("top: rates are what grew between the readings, per second", "[cli][top]") {
  const TopReading before = reading(100), now = reading(102);
  const std::string page = page_of(&before, now);
  INFO(page);
  CHECK_THAT(page, Catch::StartsWith("gw-a  "));
  CHECK(row(page, "zone0") == "zone0 2.0k 1.0M 0 0");
  CHECK(row(page, "operations/s") ==
        "operations/s: 100 allowed, 1.0 refused, 0 monitored flows: 12 live, 0/s new, 0/s cut");
  CHECK(row(page, "30 %") == "0 30 % 7 40 us ago 0 0");
  CHECK(row(page, "gw-b") == "gw-b up 172.16.0.2:4500 850 us 1.2 % 222 s ago 10 0");
}

TEST_CASE("top: what drops now comes first; reasons that never dropped are left out",
          "[cli][top]") {
  const TopReading before = reading(100), now = reading(101);
  const std::string page = page_of(&before, now);
  INFO(page);
  CHECK(row(page, "locked") == "locked 3.0 303 decide why");
  CHECK(row(page, "vetoed") == "vetoed 0 5 000 decide why");
  CHECK(page.find("locked") < page.find("vetoed"));
  CHECK_THAT(page, !Catch::Contains("replay"));
}

TEST_CASE("top: the first page knows no rates", "[cli][top]") {
  const std::string page = page_of(nullptr, reading(100));
  CHECK(row(page, "zone0") == "zone0 - - - -");
  CHECK_THAT(page, Catch::Contains("operations/s: - allowed"));
  CHECK(row(page, "vetoed") == "vetoed - 5 000 decide why");
}

TEST_CASE("top: over a restart of the dataplane there are no rates, and no absurd ones",
          "[cli][top]") {
  const TopReading before = reading(100);
  TopReading now = reading(2);
  now.steady_ns = 101 * kSecond;
  SECTION("that control has told of") {
    now.status.set_boot_nonce("second");
  }
  SECTION("that only the counters show") {}
  const std::string page = page_of(&before, now);
  INFO(page);
  CHECK(row(page, "zone0").substr(0, 9) == "zone0 - -");
  CHECK_THAT(page, Catch::Contains("operations/s: - allowed"));
}

TEST_CASE("top: a port that was not there before has no rate yet", "[cli][top]") {
  TopReading before = reading(100);
  before.counters.clear_ports();
  const TopReading now = reading(101);
  CHECK(row(page_of(&before, now), "zone0") == "zone0 - - - -");
}

TEST_CASE("top: what is wrong stands at the top, in red", "[cli][top]") {
  TopReading now = reading(100);
  now.error = "nobody answers";
  now.status.set_connected(false);
  now.status.set_pass_and_mark("scan_full");
  const auto page = top_page(nullptr, now, {60, 160});
  CHECK(page[1].text == "old values: nobody answers");
  CHECK(page[2].text == "the dataplane is not connected: last known values");
  CHECK(page[3].text == "fails open for scan_full");
  for (size_t i = 1; i <= 3; ++i) CHECK(page[i].colour == Colour::kRed);
}

TEST_CASE("top: losses of telemetry itself are said, and stand out when there are any",
          "[cli][top]") {
  TopReading now = reading(100);
  const auto line = [&] {
    const auto page = top_page(nullptr, now, {60, 160});
    return *std::ranges::find_if(
        page, [](const TopLine& l) { return l.text.starts_with("lost packets of events"); });
  };
  CHECK(line().text == "lost packets of events: 0 ring full, 0 without event");
  CHECK(line().colour == Colour::kDim);
  now.counters.mutable_packet_losses()->set_recording(true);
  now.counters.mutable_packet_losses()->set_not_written(3);
  CHECK(line().text ==
        "lost packets of events: 0 ring full, 0 without event, 3 not written, 0 missed");
  CHECK(line().colour == Colour::kYellow);
}

TEST_CASE("top: the newest events are at the end, as many as fit", "[cli][top]") {
  const auto page = top_page(nullptr, reading(100), {40, 160});
  REQUIRE(page.size() == 40);
  CHECK_THAT(page.back().text, Catch::Contains("#30 "));
  CHECK_THAT(page[page.size() - 2].text, Catch::Contains("#29 "));
}

TEST_CASE("top: no screen is too small, and none is overfilled", "[cli][top]") {
  TopReading now = reading(100);
  for (int i = 0; i < 50; ++i) add_drop(now.counters, "some_reason", 10);
  for (size_t rows = 0; rows <= 70; ++rows)
    for (const size_t columns : {size_t{0}, size_t{1}, size_t{7}, size_t{80}}) {
      const auto page = top_page(nullptr, now, {rows, columns});
      CAPTURE(rows, columns);
      REQUIRE(page.size() <= rows);
      for (const TopLine& line : page) REQUIRE(display_width(line.text) <= columns);
    }
  const std::string small = page_of(nullptr, now, {10, 80});
  INFO(small);
  CHECK_THAT(small, Catch::StartsWith("gw-a") && Catch::Contains("zone0"));
  CHECK_THAT(page_of(nullptr, now, {24, 80}), Catch::Contains("... and 4"));
}

TEST_CASE("top: a panel without room for a row has no title either", "[cli][top]") {
  TopReading now = reading(100);
  now.events.clear();
  for (size_t rows = 1; rows < 30; ++rows) {
    const auto page = top_page(nullptr, now, {rows, 100});
    const bool title = page.back().text.starts_with("PORT") ||
                       page.back().text.starts_with("DROPPED") ||
                       page.back().text.starts_with("PEER");
    CAPTURE(rows, page.back().text);
    CHECK_FALSE(title);
  }
}

TEST_CASE("text width: wide characters take two columns, combining ones and colours none",
          "[cli][top]") {
  CHECK(display_width("plc-7") == 5);
  CHECK(display_width("\xe9\x96\x80") == 2);      // a CJK ideograph
  CHECK(display_width("e\xcc\x81") == 1);         // combining acute
  CHECK(display_width("\xf0\x9f\x94\x92") == 2);  // an emoji
  CHECK(display_width("\033[31mred\033[0m") == 3);
  CHECK(display_width("\xff\xfe") == 2);
}

TEST_CASE("text width: a text is cut between characters, and its colour ended", "[cli][top]") {
  CHECK(cut_to("abcdef", 3) == "abc");
  CHECK(cut_to("abc", 10) == "abc");
  CHECK(cut_to("a\xe9\x96\x80", 2) == "a");  // half of it would be too much
  CHECK(cut_to("a\xe9\x96\x80", 3) == "a\xe9\x96\x80");
  CHECK(cut_to("\033[31mabc\033[0m", 2) == "\033[31mab\033[0m");
  CHECK(cut_to("abc", 0).empty());
}

TEST_CASE("rates: numbers are short, and what is not known is a dash", "[cli][top]") {
  CHECK(rate_text({}) == "-");
  CHECK(rate_text(0) == "0");
  CHECK(rate_text(0.34) == "0.3");
  CHECK(rate_text(9.96) == "10");
  CHECK(rate_text(999.6) == "1.0k");
  CHECK(rate_text(12'345) == "12.3k");
  CHECK(rate_text(123'456'789) == "123M");
  CHECK(share_text(1, 3) == "25 %");
  CHECK(share_text(0, 0) == "0 %");
  CHECK(share_text({}, 1) == "-");
  CHECK_FALSE(Interval(0).rate(1, 2));
  CHECK_FALSE(Interval(kSecond).rate(2, 1));
}

}  // namespace bulkhead::cli
