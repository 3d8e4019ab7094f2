// SPDX-License-Identifier: Apache-2.0
// One end of a TCP connection, for tests that lose, repeat and reorder its segments: sends what it
// is given in pieces of any size, repeats what is not acknowledged, puts in order what comes.
// Independent of what it tests: RFC 9293 without windows that close.
#pragma once

#include <map>

#include "plant.h"
#include "wire/frame.h"

namespace bulkhead::test {

class TcpPeer {
 public:
  TcpPeer(Speaker speaker, uint16_t port, uint16_t peer_port, uint32_t first, uint32_t peer_first)
      : speaker_(std::move(speaker)),
        port_(port),
        peer_port_(peer_port),
        first_(first),
        expected_(peer_first) {}

  void write(const Bytes& data) { out_.insert(out_.end(), data.begin(), data.end()); }
  void close() { closing_ = true; }

  // The next segment with at most `most` new bytes; an acknowledgement alone when there are none.
  Bytes next(size_t most) {
    const size_t size = std::min(most, out_.size() - sent_);
    const Bytes frame = segment(sent_, size);
    sent_ += size;
    if (closing_ && sent_ == out_.size()) fin_sent_ = true;
    return frame;
  }
  // From the first byte that is not acknowledged on.
  Bytes again(size_t most) const {
    return segment(acknowledged_, std::min(most, sent_ - acknowledged_));
  }
  Bytes ack() const { return segment(sent_, 0); }

  [[nodiscard]] bool has_more() const { return sent_ < out_.size() || (closing_ && !fin_sent_); }
  [[nodiscard]] bool waits() const {
    return acknowledged_ < sent_ || (fin_sent_ && !fin_acknowledged_);
  }

  // True: it wants an acknowledgement.
  bool take(const Bytes& frame) {
    wire::Frame f;
    REQUIRE(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
    REQUIRE(wire::transport_checksum_ok(frame, f.ip));
    REQUIRE((f.ip.tcp_flags & wire::tcp_flag::kRst) == 0);
    take_ack(f.ip.tcp_ack);
    const auto from = frame.begin() + f.ip.payload_offset;
    const bool fin = (f.ip.tcp_flags & wire::tcp_flag::kFin) != 0;
    for (size_t i = 0; i < f.ip.payload_length; ++i) {
      const auto at = f.ip.tcp_seq + static_cast<uint32_t>(i);
      if (static_cast<int32_t>(at - expected_) < 0) continue;
      const auto [known, fresh] =
          early_.emplace(at - expected_first(), from[static_cast<std::ptrdiff_t>(i)]);
      // Whatever way the bytes come, they are the same.
      REQUIRE((fresh || known->second == from[static_cast<std::ptrdiff_t>(i)]));
    }
    if (fin) fin_at_ = f.ip.tcp_seq + f.ip.payload_length;
    for (auto next = early_.find(expected_ - expected_first()); next != early_.end();
         next = early_.find(expected_ - expected_first())) {
      in.push_back(next->second);
      early_.erase(next);
      ++expected_;
    }
    if (fin_at_ && *fin_at_ == expected_ && !finished) {
      finished = true;
      ++expected_;
    }
    return f.ip.payload_length != 0 || fin;
  }

  Bytes in;               // what has come, in order
  bool finished = false;  // and that it is all

 private:
  [[nodiscard]] uint32_t expected_first() const {
    return expected_ - static_cast<uint32_t>(in.size()) - (finished ? 1 : 0);
  }
  void take_ack(uint32_t ack) {
    const auto upto = static_cast<int32_t>(ack - first_);
    REQUIRE(upto <= static_cast<int32_t>(sent_ + (fin_sent_ ? 1 : 0)));  // nothing from the future
    if (upto > static_cast<int32_t>(sent_)) {
      fin_acknowledged_ = true;
      acknowledged_ = sent_;
    } else if (upto > static_cast<int32_t>(acknowledged_)) {
      acknowledged_ = static_cast<size_t>(upto);
    }
  }
  [[nodiscard]] Bytes segment(size_t from, size_t size) const {
    Tcp tcp = test::tcp(port_, peer_port_).seq(first_ + static_cast<uint32_t>(from)).ack(expected_);
    const bool last = closing_ && from + size == out_.size();
    if (last) tcp.fin().ack();
    if (size == 0) return speaker_.says(tcp);
    const auto at = out_.begin() + static_cast<std::ptrdiff_t>(from);
    return speaker_.says(tcp, Bytes(at, at + static_cast<std::ptrdiff_t>(size)));
  }

  Speaker speaker_;
  uint16_t port_, peer_port_;
  uint32_t first_;     // number of out_[0]
  uint32_t expected_;  // next number of the other end
  Bytes out_;
  size_t sent_ = 0, acknowledged_ = 0;
  bool closing_ = false, fin_sent_ = false, fin_acknowledged_ = false;
  std::map<uint32_t, uint8_t> early_;
  std::optional<uint32_t> fin_at_;
};

}  // namespace bulkhead::test
