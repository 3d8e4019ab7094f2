// SPDX-License-Identifier: Apache-2.0
// Exports under overload: each event is sent or counted as lost, and no export waits for another.
#include "export/event_export.h"

#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <thread>

#include "control_fixture.h"
#include "events/event_hub.h"
#include "export/exports.h"
#include "export/rotating_file.h"
#include "export/stream_sink.h"
#include "export_fixture.h"

namespace bulkhead::control {

namespace {

std::string short_line(const ResolvedEvent& event) {
  return "event " + std::to_string(event.id);
}
std::string long_line(const ResolvedEvent& event) {
  return short_line(event) + std::string(4000, '.');
}

void publish(EventHub& hub, int count) {
  for (int i = 0; i < count; ++i) hub.publish({});
}
bool settled(const EventExport& out) {
  return in_time([&] { return out.reading().queued == 0; });
}
void require_all_told(const ExportReading& reading) {
  CAPTURE(reading.made, reading.sent, reading.lost_queue_full, reading.lost_refused,
          reading.queued);
  REQUIRE(reading.made ==
          reading.sent + reading.lost_queue_full + reading.lost_refused + reading.queued);
}

std::unique_ptr<EventExport> start(EventHub& hub, EventExport::Format format,
                                   std::unique_ptr<Sink> sink) {
  auto started = EventExport::start(hub, "test", std::move(format), std::move(sink));
  REQUIRE(started);
  return std::move(*started);
}

}  // namespace

TEST_CASE("export: a collector that does not read costs its own events alone, all counted",
          "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("events");
  constexpr int kEvents = 20'000;  // of 4 kB: more than sockets and queue hold
  Collector collector(SOCK_STREAM);
  const SystemClock clock;
  EventHub hub;
  const auto file = start(hub, short_line, std::make_unique<RotatingFile>(path, 1 << 30, 1));
  const auto tcp = start(hub, long_line, std::make_unique<StreamSink>(collector.endpoint(), clock));
  const UniqueFd connection = [&] {
    publish(hub, 1);
    return collector.accept();
  }();
  for (int sent = 1; sent < kEvents; sent += 500) {
    publish(hub, std::min(500, kEvents - sent));
    REQUIRE(settled(*file));
  }
  REQUIRE(in_time([&] { return !tcp->reading().up; }));
  const ExportReading stuck = tcp->reading();
  REQUIRE(stuck.made == kEvents);
  REQUIRE(stuck.lost_queue_full > 0);
  REQUIRE(stuck.queued > EventHub::kQueue / 2);
  REQUIRE_THAT(stuck.last_error, Catch::EndsWith("the collector does not read"));
  require_all_told(stuck);
  REQUIRE(file->reading().sent == kEvents);
  REQUIRE(file->reading().lost_queue_full == 0);

  std::string octets;
  std::thread reader(
      [&] { octets = read_from(connection.get(), [](const auto&) { return false; }); });
  REQUIRE(settled(*tcp));
  reader.join();
  const ExportReading after = tcp->reading();
  REQUIRE(after.up);
  REQUIRE(after.sent + after.lost_queue_full == kEvents);
  REQUIRE(frames_in(octets).size() == after.sent);
  REQUIRE(lines_of(path).size() == kEvents);
}

TEST_CASE("export: a full disk loses what does not fit the queue, says so, and goes on with room",
          "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("events");
  EventHub hub;
  const auto out = start(hub, short_line, std::make_unique<RotatingFile>(path, 1 << 30, 1));
  std::optional<SmallFiles> full{1000};
  publish(hub, 3000);
  REQUIRE(in_time([&] { return !out->reading().up; }));
  publish(hub, 3000);
  const ExportReading stuck = out->reading();
  REQUIRE(stuck.lost_queue_full > 0);
  REQUIRE_THAT(stuck.last_error, Catch::Contains(path));
  require_all_told(stuck);
  full.reset();
  REQUIRE(settled(*out));
  const ExportReading after = out->reading();
  REQUIRE(after.up);
  REQUIRE(after.made == 6000);
  REQUIRE(after.sent + after.lost_queue_full == 6000);
  REQUIRE(lines_of(path).size() == after.sent);
}

TEST_CASE("export: a UDP collector gets what is counted as sent", "[control][export]") {
  Collector collector(SOCK_DGRAM);
  const SystemClock clock;
  EventHub hub;
  ExportConfig config{.way = ExportWay::kUdp, .format = ExportFormat::kCef};
  config.address = collector.endpoint();
  const auto exports = Exports::start({config}, "gw-a", hub, short_line, clock);
  REQUIRE(exports);
  size_t heard = 0;
  for (int i = 0; i < 10; ++i) {
    publish(hub, 20);  // what the socket of the collector surely holds
    for (int n = 0; n < 20; ++n) heard += collector.datagram().starts_with("<134>1 ") ? 1 : 0;
  }
  const ExportReading reading = (*exports)->readings().at(0);
  REQUIRE(reading.name == "cef udp " + to_string(collector.endpoint()));
  REQUIRE(reading.made == 200);
  REQUIRE(reading.sent == 200);
  REQUIRE(heard == 200);
}

TEST_CASE("export: an event that is too long for a datagram is lost as refused",
          "[control][export]") {
  Collector collector(SOCK_DGRAM);
  const SystemClock clock;
  EventHub hub;
  ExportConfig config{.way = ExportWay::kUdp, .format = ExportFormat::kJson};
  config.address = collector.endpoint();
  const auto too_long = [](const ResolvedEvent& event) {
    return std::string(event.id == 2 ? 70'000 : 10, 'x');
  };
  const auto exports = Exports::start({config}, "gw-a", hub, too_long, clock);
  publish(hub, 3);
  const auto reading = [&] { return (*exports)->readings().at(0); };
  REQUIRE(in_time([&] { return reading().queued == 0 && reading().made == 3; }));
  REQUIRE(reading().lost_refused == 1);
  REQUIRE(reading().sent == 2);
}

TEST_CASE("export: when control stops, what is queued still goes out, and nothing is waited for",
          "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("events");
  Collector collector(SOCK_STREAM);  // nobody reads
  const SystemClock clock;
  EventHub hub;
  const auto file = start(hub, short_line, std::make_unique<RotatingFile>(path, 1 << 30, 1));
  const auto tcp = start(
      hub, [](const ResolvedEvent&) { return std::string(64 << 20, '.'); },
      std::make_unique<StreamSink>(collector.endpoint(), clock));
  publish(hub, 500);
  REQUIRE(in_time([&] { return !tcp->reading().up; }));
  file->stop();
  REQUIRE(lines_of(path).size() == 500);
  const auto began = std::chrono::steady_clock::now();
  tcp->stop();
  REQUIRE(std::chrono::steady_clock::now() - began < std::chrono::seconds{2});
  require_all_told(tcp->reading());
  REQUIRE(tcp->reading().queued == 500);
}

}  // namespace bulkhead::control
