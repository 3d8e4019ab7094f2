// SPDX-License-Identifier: Apache-2.0
// Bogus traffic at a steady rate, for end-to-end tests: whole frames by AF_PACKET, no stack in
// between, so any source address can be pretended. For a lab's own interface only.
//
//   flood --interface if0 --to-mac MAC --to-ip IP [--port 4433] [--esp-port 4500] [--spi N]
//         [--from one|many|IP] [--kinds syn,hello,spi,live] [--rate 100000] [--seconds 10]
//
//   syn    a TCP SYN to the handshake port
//   hello  a piece of a TLS ClientHello in the middle of no connection
//   spi    ESP in UDP with a random SPI
//   live   ESP in UDP with the SPI given, garbage behind it
//   from   one: 172.30.0.200; many: random addresses outside 172.30.0.0/24; or one address
//
// Prints "sent N frames in S s: R per second", what the kernel took and no more.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Options = std::map<std::string, std::string>;

constexpr size_t kEthernet = 14, kIpv4 = 20, kTcp = 20, kUdp = 8;
constexpr size_t kMostBytes = 160, kBatch = 64;
constexpr uint32_t kLoneSource = 0xac1e'00c8;  // 172.30.0.200

[[noreturn]] void fail(const std::string& sentence) {
  std::fprintf(stderr, "flood: %s\n", sentence.c_str());
  std::exit(2);
}

Options options(int argc, char** argv) {
  Options given{{"port", "4433"},  {"esp-port", "4500"},       {"spi", "0"},
                {"from", "one"},   {"kinds", "syn,hello,spi"}, {"rate", "100000"},
                {"seconds", "10"}, {"interface", ""},          {"to-mac", ""},
                {"to-ip", ""}};
  for (int i = 1; i < argc; i += 2) {
    const std::string key = argv[i];
    if (!key.starts_with("--") || i + 1 == argc || !given.contains(key.substr(2)))
      fail("what is " + key + "?");
    given[key.substr(2)] = argv[i + 1];
  }
  return given;
}

uint32_t ip_of(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) fail("no address: " + text);
  return ntohl(address.s_addr);
}

template <typename T>
void put(uint8_t* at, T value) {
  for (size_t i = sizeof(T); i-- > 0; value = static_cast<T>(value >> 8))
    at[i] = static_cast<uint8_t>(value);
}

uint32_t add_words(const uint8_t* at, size_t n, uint32_t sum) {
  for (size_t i = 0; i + 1 < n; i += 2) sum += static_cast<uint32_t>(at[i] << 8 | at[i + 1]);
  return n % 2 == 0 ? sum : sum + static_cast<uint32_t>(at[n - 1] << 8);
}
uint16_t folded(uint32_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

struct Frame {
  std::array<uint8_t, kMostBytes> bytes{};
  size_t length = 0;
};

// Makes one bogus frame after the other.
class Forger {
 public:
  Forger(const Options& given, const std::array<uint8_t, 6>& own_mac)
      : to_(ip_of(given.at("to-ip"))),
        port_(static_cast<uint16_t>(std::stoul(given.at("port")))),
        esp_port_(static_cast<uint16_t>(std::stoul(given.at("esp-port")))),
        spi_(static_cast<uint32_t>(std::stoul(given.at("spi"), nullptr, 0))),
        many_(given.at("from") == "many"),
        from_(given.at("from") == "one" || many_ ? kLoneSource : ip_of(given.at("from"))),
        mac_(own_mac) {
    unsigned m[6];
    if (std::sscanf(given.at("to-mac").c_str(), "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3],
                    &m[4], &m[5]) != 6)
      fail("no MAC address: " + given.at("to-mac"));
    for (size_t i = 0; i < 6; ++i) to_mac_[i] = static_cast<uint8_t>(m[i]);
    const std::string& kinds = given.at("kinds");
    for (size_t at = 0; at < kinds.size();
         at = kinds.find(',', at) == std::string::npos ? kinds.size() : kinds.find(',', at) + 1)
      kinds_.push_back(kinds.substr(at, kinds.find(',', at) - at));
  }

  void next(Frame& frame) {
    const std::string& kind = kinds_[count_++ % kinds_.size()];
    frame.bytes.fill(0);
    if (kind == "syn") return tcp(frame, 0x02, 0);
    if (kind == "hello") return tcp(frame, 0x18, 60);
    if (kind == "spi") return esp(frame, 256 + random() % 0xffff'0000);
    if (kind == "live") return esp(frame, spi_);
    fail("no such kind: " + kind);
  }

 private:
  uint8_t* ip(Frame& frame, uint8_t protocol, size_t payload) {
    uint8_t* at = frame.bytes.data();
    std::memcpy(at, to_mac_.data(), 6);
    std::memcpy(at + 6, mac_.data(), 6);
    put<uint16_t>(at + 12, 0x0800);
    at += kEthernet;
    at[0] = 0x45;
    put(at + 2, static_cast<uint16_t>(kIpv4 + payload));
    put(at + 4, static_cast<uint16_t>(random()));
    at[8] = 64;
    at[9] = protocol;
    // Not of the underlay's own prefix, not multicast, not loopback.
    put(at + 12, many_ ? 0x0b00'0000u + random() % 0x4000'0000u : from_);
    put(at + 16, to_);
    put(at + 10, folded(add_words(at, kIpv4, 0)));
    frame.length = kEthernet + kIpv4 + payload;
    return at + kIpv4;
  }
  void tcp(Frame& frame, uint8_t flags, size_t data) {
    uint8_t* at = ip(frame, 6, kTcp + data);
    put(at, static_cast<uint16_t>(1024 + random() % 60000));
    put(at + 2, port_);
    put(at + 4, static_cast<uint32_t>(random()));
    at[12] = 0x50;
    at[13] = flags;
    put<uint16_t>(at + 14, 0xffff);
    static constexpr uint8_t kHello[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01,
                                         0x00, 0x01, 0xfc, 0x03, 0x03};
    for (size_t i = 0; i < data; ++i)
      at[kTcp + i] = i < sizeof kHello ? kHello[i] : static_cast<uint8_t>(random());
    uint32_t sum = add_words(at - 8, 8, static_cast<uint32_t>(6 + kTcp + data));
    put(at + 16, folded(add_words(at, kTcp + data, sum)));
  }
  void esp(Frame& frame, uint32_t spi) {
    constexpr size_t kEsp = 72;
    uint8_t* at = ip(frame, 17, kUdp + kEsp);
    put(at, static_cast<uint16_t>(1024 + random() % 60000));
    put(at + 2, esp_port_);
    put(at + 4, static_cast<uint16_t>(kUdp + kEsp));  // no checksum, as RFC 3948 has it
    put(at + kUdp, spi);
    for (size_t i = 4; i < kEsp; i += 4) put(at + kUdp + i, static_cast<uint32_t>(random()));
  }

  uint32_t to_;
  uint16_t port_, esp_port_;
  uint32_t spi_;
  bool many_;
  uint32_t from_;
  std::array<uint8_t, 6> mac_, to_mac_{};
  std::vector<std::string> kinds_;
  std::mt19937 generator_{1};
  uint32_t random() { return static_cast<uint32_t>(generator_()); }
  uint64_t count_ = 0;
};

// A raw socket on the interface; the interface's own MAC address is the source of every frame.
class Raw {
 public:
  explicit Raw(const std::string& interface) : fd_(::socket(AF_PACKET, SOCK_RAW, 0)) {
    ifreq request{};
    std::snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface.c_str());
    if (fd_ < 0 || ::ioctl(fd_, SIOCGIFHWADDR, &request) != 0)
      fail("no raw socket on " + interface);
    std::memcpy(mac_.data(), request.ifr_hwaddr.sa_data, 6);
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("bind to " + interface);
    const int on = 1;
    (void)::setsockopt(fd_, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
  }
  [[nodiscard]] const std::array<uint8_t, 6>& mac() const { return mac_; }
  // How many the kernel took.
  size_t send(std::array<Frame, kBatch>& frames, size_t n) {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts;
    for (size_t i = 0; i < n; ++i) {
      parts[i] = {frames[i].bytes.data(), frames[i].length};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent = ::sendmmsg(fd_, messages.data(), static_cast<unsigned>(n), 0);
    return sent < 0 ? 0 : static_cast<size_t>(sent);
  }

 private:
  int fd_;
  std::array<uint8_t, 6> mac_{};
};

}  // namespace

int main(int argc, char** argv) {
  const Options given = options(argc, argv);
  Raw raw(given.at("interface"));
  Forger forger(given, raw.mac());
  const double rate = std::stod(given.at("rate")), seconds = std::stod(given.at("seconds"));
  std::array<Frame, kBatch> frames;
  uint64_t sent = 0;
  const auto start = Clock::now();
  for (;;) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    if (elapsed >= seconds) break;
    const auto due = static_cast<uint64_t>(elapsed * rate);
    const size_t n = due > sent ? std::min<uint64_t>(due - sent, kBatch) : 0;
    if (n < kBatch / 2) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      continue;
    }
    for (size_t i = 0; i < n; ++i) forger.next(frames[i]);
    sent += raw.send(frames, n);
  }
  const double took = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("sent %llu frames in %.2f s: %.0f per second\n",
              static_cast<unsigned long long>(sent), took, static_cast<double>(sent) / took);
}
