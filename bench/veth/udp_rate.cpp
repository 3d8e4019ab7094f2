// SPDX-License-Identifier: Apache-2.0
// Small UDP packets from one end of a tunnel to the other, many a system call, so that on a machine
// that the ends share with the tunnel they take as little of it as they can.
//
//   udp_rate --role receive [--port 5202] [--seconds 3] [--skip-ms 300] [--wait 10]
//   udp_rate --role send --to IP [--port 5202] [--seconds 3] [--bytes 64] [--rate 0]
//
//   receive  prints one JSON line: what came in `seconds` that begin `skip-ms` after the
//            first packet; none within `wait` seconds: exit status 1
//   send     one flow, payloads of `bytes`, `rate` packets per second (0: as fast as it
//            can); prints how many it sent. What the kernel refused (a full queue) was not sent.
#include <array>
#include <thread>
#include <vector>

#include "veth/sockets.h"

namespace {

using namespace bulkhead::bench;

constexpr size_t kBatch = 64;          // packets per system call
constexpr uint32_t kMostBytes = 1400;  // of a payload
constexpr int kReceiveRoom = 8 << 20;  // bytes: none is lost while the receiver has no processor

// As many equal buffers as a batch has, and the headers that sendmmsg and recvmmsg want.
class Batch {
 public:
  explicit Batch(size_t bytes) : bytes_(kBatch * bytes) {
    for (size_t i = 0; i < kBatch; ++i) {
      vectors_[i] = {bytes_.data() + i * bytes, bytes};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  mmsghdr* headers() { return headers_.data(); }

 private:
  std::vector<uint8_t> bytes_;
  std::array<iovec, kBatch> vectors_{};
  std::array<mmsghdr, kBatch> headers_{};
};

// One call: how many came, 0 when nothing did in time.
size_t receive_some(int fd, Batch& batch) {
  const int n = ::recvmmsg(fd, batch.headers(), kBatch, MSG_WAITFORONE, nullptr);
  if (n >= 0) return static_cast<size_t>(n);
  if (errno == EAGAIN || errno == EINTR) return 0;
  fail("recvmmsg");
}

int receive(const Arguments& arguments) {
  const int fd = bound(SOCK_DGRAM, address_of(arguments, "0.0.0.0"));
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveRoom, sizeof kReceiveRoom) != 0)
    fail("SO_RCVBUFFORCE");
  Batch batch(kMostBytes);
  receive_timeout(fd, first_wait(arguments));
  if (receive_some(fd, batch) == 0) fail("nothing came");
  receive_timeout(fd, std::chrono::milliseconds(20));
  Window window(arguments);
  while (!window.over()) {
    const size_t n = receive_some(fd, batch);
    window.add(Clock::now(), n);
  }
  std::printf("{\"packets\": %lu, \"per_second\": %.0f}\n", window.count(), window.per_second());
  return 0;
}

size_t send_some(int fd, Batch& batch) {
  const int n = ::sendmmsg(fd, batch.headers(), kBatch, 0);
  if (n >= 0) return static_cast<size_t>(n);
  if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR || errno == ECONNREFUSED) return 0;
  fail("sendmmsg");
}

int send(const Arguments& arguments) {
  const int fd = connected(SOCK_DGRAM, address_of(arguments, arguments.text("to")));
  Batch batch(arguments.number("bytes", 1, kMostBytes));
  const uint32_t rate = arguments.number("rate", 0, 100'000'000);
  const auto begin = Clock::now();
  const auto length = std::chrono::duration<double>(arguments.real("seconds"));
  uint64_t sent = 0;
  for (auto now = begin; now - begin < length; now = Clock::now()) {
    const double due = std::chrono::duration<double>(now - begin).count() * rate;
    if (rate != 0 && static_cast<double>(sent) > due)
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    else
      sent += send_some(fd, batch);
  }
  std::printf("{\"packets\": %lu, \"per_second\": %.0f}\n", sent,
              static_cast<double>(sent) / length.count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv,
                            {{"role", ""},
                             {"to", ""},
                             {"port", "5202"},
                             {"seconds", "3"},
                             {"skip-ms", "300"},
                             {"wait", "10"},
                             {"bytes", "64"},
                             {"rate", "0"}},
                            "usage: udp_rate --role receive|send [--to IP] [--port N] [--seconds S]"
                            " [--skip-ms N] [--wait S] [--bytes N] [--rate N]\n");
  if (arguments.text("role") == "receive") return receive(arguments);
  if (arguments.text("role") == "send") return send(arguments);
  arguments.fail("--role is receive or send");
}
