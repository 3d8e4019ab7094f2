// SPDX-License-Identifier: Apache-2.0
// The ways out, one by one: file, datagrams, TCP.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "control_fixture.h"
#include "export/datagram_sink.h"
#include "export/rotating_file.h"
#include "export/stream_sink.h"
#include "export_fixture.h"
#include "mesh/signal_fd.h"

namespace bulkhead::control {

namespace {

using State = Delivery::State;

const SignalFd kNever;

Delivery put(Sink& sink, std::string_view message) {
  return sink.deliver(message, kNever.get());
}
void put_all(Sink& sink, const std::vector<std::string>& messages) {
  for (const std::string& message : messages) REQUIRE(put(sink, message).state == State::kSent);
}
// Offers it until it is out.
bool gets_out(Sink& sink, const std::string& message) {
  return in_time([&] { return put(sink, message).state == State::kSent; });
}

std::vector<std::string> numbered(int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back("line " + std::to_string(100 + i) + " .......");
  return all;  // 16 bytes each, 17 with the end
}

}  // namespace

TEST_CASE("rotating file: full ones are kept up to their number, in order", "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("events.jsonl");
  RotatingFile file(path, 40, 2);
  const std::vector<std::string> said = numbered(9);
  put_all(file, said);
  REQUIRE(lines_of(path) == std::vector(said.begin() + 8, said.end()));
  REQUIRE(lines_of(path + ".1") == std::vector(said.begin() + 6, said.begin() + 8));
  REQUIRE(lines_of(path + ".2") == std::vector(said.begin() + 4, said.begin() + 6));
  REQUIRE_FALSE(std::filesystem::exists(path + ".3"));
  struct stat made {};
  REQUIRE(::stat(path.c_str(), &made) == 0);
  REQUIRE((made.st_mode & 0137) == 0);
}

TEST_CASE("rotating file: a line that does not fit the disk is taken back, and goes out later",
          "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("events.jsonl");
  RotatingFile file(path, 1 << 20, 2);
  const std::vector<std::string> said = numbered(3);
  {
    const SmallFiles full(40);
    put_all(file, {said[0], said[1]});
    const Delivery third = put(file, said[2]);
    REQUIRE(third.state == State::kLater);
    REQUIRE_THAT(third.error, Catch::Contains(path));
    REQUIRE(std::filesystem::file_size(path) == 34);
    REQUIRE(put(file, said[2]).state == State::kLater);
  }
  REQUIRE(put(file, said[2]).error.empty());
  REQUIRE(lines_of(path) == said);
}

TEST_CASE("rotating file: after a crash within a line the next begins on its own",
          "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("events.jsonl");
  std::ofstream(path) << "{\"id\": 1}\n{\"id\"";
  RotatingFile file(path, 1 << 20, 2);
  put_all(file, {"{}", "[]"});
  REQUIRE(lines_of(path) == std::vector<std::string>{"{\"id\": 1}", "{\"id\"", "{}", "[]"});
}

TEST_CASE("rotating file: what was moved away, removed or emptied is begun anew",
          "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("events.jsonl");
  RotatingFile file(path, 1 << 20, 2);
  put_all(file, {"a"});
  std::filesystem::rename(path, path + ".moved");
  put_all(file, {"b"});
  REQUIRE(lines_of(path) == std::vector<std::string>{"b"});
  REQUIRE(lines_of(path + ".moved") == std::vector<std::string>{"a"});
  std::filesystem::remove(path);
  put_all(file, {"c"});
  REQUIRE(lines_of(path) == std::vector<std::string>{"c"});
  std::filesystem::resize_file(path, 0);
  put_all(file, {"d"});
  REQUIRE(lines_of(path) == std::vector<std::string>{"d"});
}

TEST_CASE("rotating file: no directory, or a pipe in its place, is said and waited for",
          "[control][export]") {
  const ScratchDirectory directory;
  RotatingFile nowhere(directory.file("absent/events"), 100, 1);
  REQUIRE_THAT(put(nowhere, "a").error, Catch::Contains("No such file or directory"));
  std::filesystem::create_directory(directory.file("absent"));
  put_all(nowhere, {"a"});
  const std::string pipe = directory.file("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const UniqueFd reader{::open(pipe.c_str(), O_RDONLY | O_NONBLOCK)};
  RotatingFile piped(pipe, 100, 1);
  const Delivery refused = put(piped, "a");
  REQUIRE(refused.state == State::kLater);
  REQUIRE_THAT(refused.error, Catch::EndsWith("is no file"));
}

TEST_CASE("datagrams: one message each; one that is too long is refused, and the next goes out",
          "[control][export]") {
  Collector collector(SOCK_DGRAM);
  DatagramSink sink(collector.endpoint());
  put_all(sink, {"first", "second"});
  REQUIRE(collector.datagram() == "first");
  REQUIRE(collector.datagram() == "second");
  const Delivery refused = put(sink, std::string(70'000, 'x'));
  REQUIRE(refused.state == State::kRefused);
  REQUIRE_THAT(refused.error, Catch::Contains("Message too long"));
  put_all(sink, {"third"});
  REQUIRE(collector.datagram() == "third");
}

TEST_CASE("datagrams: nobody at the port is noticed, and the message goes out all the same",
          "[control][export]") {
  std::optional<Collector> collector{SOCK_DGRAM};
  DatagramSink sink(collector->endpoint());
  collector.reset();
  std::string error;
  REQUIRE(in_time([&] {
    const Delivery done = put(sink, "x");
    REQUIRE(done.state == State::kSent);
    error = done.error;
    return !error.empty();
  }));
  REQUIRE_THAT(error, Catch::Contains("Connection refused"));
}

TEST_CASE("datagrams: this machine's syslog may be restarted", "[control][export]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("log");
  DatagramSink sink(path);
  REQUIRE_THAT(put(sink, "a").error, Catch::Contains(path));
  const auto listen = [&] {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM, 0)};
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    return fd;
  };
  const auto said = [](const UniqueFd& fd) {
    std::string text(100, '\0');
    const ssize_t n = ::recv(fd.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return text;
  };
  UniqueFd log = listen();
  put_all(sink, {"b"});
  REQUIRE(said(log) == "b");
  log.reset();
  std::filesystem::remove(path);
  REQUIRE(put(sink, "c").state == State::kLater);
  log = listen();
  put_all(sink, {"c"});
  REQUIRE(said(log) == "c");
}

TEST_CASE("tcp: messages are counted octets on one connection", "[control][export]") {
  Collector collector(SOCK_STREAM);
  const SystemClock clock;
  StreamSink sink(collector.endpoint(), clock);
  put_all(sink, {"hello", "a\nb", std::string(100'000, 'z')});
  const UniqueFd connection = collector.accept();
  const std::string octets =
      read_from(connection.get(), [](const std::string& all) { return all.size() >= 100'019; });
  REQUIRE_THAT(octets, Catch::StartsWith("5 hello3 a\nb100000 zzz"));
  REQUIRE(frames_in(octets).size() == 3);
}

TEST_CASE("tcp: after a hang-up the next message comes whole on another connection",
          "[control][export]") {
  Collector collector(SOCK_STREAM);
  const SystemClock clock;
  StreamSink sink(collector.endpoint(), clock);
  put_all(sink, {"first"});
  UniqueFd connection = collector.accept();
  REQUIRE(read_from(connection.get(), [](const auto& all) { return all.size() >= 7; }) ==
          "5 first");
  connection.reset();
  const Delivery noticed = put(sink, "second");
  REQUIRE(noticed.state == State::kLater);
  REQUIRE_THAT(noticed.error, Catch::EndsWith("the collector hung up"));
  REQUIRE(gets_out(sink, "second"));
  connection = collector.accept();
  REQUIRE(read_from(connection.get(), [](const auto& all) { return all.size() >= 8; }) ==
          "6 second");
}

TEST_CASE("tcp: a message that was broken off in the middle comes again whole",
          "[control][export]") {
  Collector collector(SOCK_STREAM);
  const SystemClock clock;
  StreamSink sink(collector.endpoint(), clock);
  put_all(sink, {"x"});
  UniqueFd connection = collector.accept();
  const std::string large(64 << 20, 'y');  // more than the kernel's buffers take
  const Delivery blocked = put(sink, large);
  REQUIRE(blocked.state == State::kLater);
  REQUIRE_THAT(blocked.error, Catch::EndsWith("the collector does not read"));
  connection.reset();
  REQUIRE(put(sink, large).state == State::kLater);
  // Reads on a thread of its own: the sink waits for room.
  std::string octets;
  std::thread reader([&] {
    connection = collector.accept();
    octets = read_from(connection.get(),
                       [&](const auto& all) { return all.size() >= large.size() + 9; });
  });
  REQUIRE(gets_out(sink, large));
  reader.join();
  const std::vector<std::string> frames = frames_in(octets);
  REQUIRE(frames.size() == 1);
  REQUIRE((frames[0] == large));
}

TEST_CASE("tcp: nobody at the port is called again with pauses, and no call blocks",
          "[control][export]") {
  std::optional<Collector> collector{SOCK_STREAM};
  SetClock clock;
  StreamSink sink(collector->endpoint(), clock);
  collector.reset();
  REQUIRE_THAT(put(sink, "x").error, Catch::Contains("Connection refused"));
  const Delivery at_once = put(sink, "x");
  REQUIRE(at_once.state == State::kLater);
  REQUIRE_THAT(at_once.error, Catch::Contains("Connection refused"));
}

}  // namespace bulkhead::control
