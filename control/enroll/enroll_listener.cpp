// SPDX-License-Identifier: Apache-2.0
#include "enroll/enroll_listener.h"

#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>

#include "enroll/enroll_channel.h"
#include "mesh/sockets.h"

namespace bulkhead::enroll {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

void bump(std::atomic<uint64_t>& counter) {
  counter.fetch_add(1, kRelaxed);
}

// SSL_write writes to sockets without MSG_NOSIGNAL.
void block_pipe_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

EnrollListener::EnrollListener(Issuer& issuer, const Clock& clock, ListenerLimits limits)
    : issuer_(issuer),
      clock_(clock),
      limits_(limits),
      all_(2 * limits.all_per_second, limits.all_per_second, clock.now().steady_ns) {}

Status EnrollListener::start(const Endpoint& listen) {
  Result<UniqueFd> fd = control::listen_on(listen);
  if (!fd) return std::move(fd).error().within("pki.issuing.listen");
  Result<Endpoint> bound = control::bound_to(fd->get());
  if (!bound) return std::move(bound).error();
  listener_ = std::move(*fd);
  listening_ = *bound;
  thread_ = std::thread([this] { run(); });
  return {};
}

void EnrollListener::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

ListenerCounters EnrollListener::counters() const {
  return {limited_.load(kRelaxed), begun_.load(kRelaxed), failed_.load(kRelaxed),
          issued_.load(kRelaxed), refused_.load(kRelaxed)};
}

void EnrollListener::run() {
  block_pipe_signal();
  for (;;) {
    std::array<pollfd, 3> waits = {pollfd{stop_.get(), POLLIN, 0},
                                   pollfd{listener_.get(), POLLIN, 0},
                                   pollfd{finished_.get(), POLLIN, 0}};
    (void)::poll(waits.data(), waits.size(), -1);
    if ((waits[0].revents & POLLIN) != 0) break;
    finished_.clear();
    reap(false);
    take_connections();
  }
  reap(true);
}

void EnrollListener::reap(bool all) {
  workers_.remove_if([all](Worker& worker) {
    if (!all && !worker.done.load(std::memory_order_acquire)) return false;
    worker.thread.join();
    return true;
  });
}

void EnrollListener::take_connections() {
  for (int i = 0; i < 64; ++i) {
    auto accepted = control::accept_from(listener_.get());
    if (!accepted) return;
    if (!admitted(accepted->source)) {
      bump(limited_);
      control::abort_connection(std::move(accepted->fd));
      continue;
    }
    Worker& worker = workers_.emplace_back();
    worker.source = accepted->source;
    worker.thread = std::thread([this, &worker, fd = std::move(accepted->fd)]() mutable {
      serve(std::move(fd), worker.source);
      // Pairs with the acquire in reap(): the thread is at its end when it is joined.
      worker.done.store(true, std::memory_order_release);
      finished_.raise();
    });
  }
}

bool EnrollListener::admitted(const IpAddress& source) {
  const uint64_t now = clock_.now().steady_ns;
  const auto same = static_cast<size_t>(
      std::ranges::count_if(workers_, [&](const Worker& w) { return w.source == source; }));
  if (workers_.size() >= limits_.connections || same >= limits_.per_source) return false;
  auto bucket = buckets_.find(source);
  if (bucket == buckets_.end()) {
    if (buckets_.size() >= limits_.sources) buckets_.clear();  // all_ still bounds the sum
    // A minute's worth of tokens, counted in sixtieths: so one per two seconds can be said.
    bucket =
        buckets_
            .try_emplace(source, control::TokenBucket(limits_.burst * 60, limits_.per_minute, now))
            .first;
  }
  for (int part = 0; part < 60; ++part)
    if (!bucket->second.take(now)) return false;
  return all_.take(now);
}

void EnrollListener::serve(UniqueFd fd, const IpAddress& source) {
  block_pipe_signal();
  if (const Status talked = converse(std::move(fd), source); talked) return;
  bump(failed_);
}

Status EnrollListener::converse(UniqueFd fd, const IpAddress& source) {
  const Issuer::Rules& rules = issuer_.rules();
  const IssuingAuthority& authority = issuer_.authority();
  // A key of its own for every connection: it costs less than the handshake, and never gets old.
  auto credentials = authority.server_credentials(rules.trust_domain, rules.gateway, rules.now());
  if (!credentials) return std::move(credentials).error();
  auto context = server_context(*credentials, authority.anchors());
  if (!context) return std::move(context).error();
  bump(begun_);
  auto channel =
      EnrollChannel::over(std::move(fd), context->get(), EnrollChannel::Side::kServer, clock_,
                          clock_.now().steady_ns + limits_.deadline_ns, stop_.get());
  if (!channel) return std::move(channel).error();
  if (Status shaken = channel->handshake(); !shaken) return shaken;
  if (!alpn_agreed(channel->ssl()))
    return Error{ErrorCode::kPermission, "the client speaks another protocol"};
  Result<mesh::EnrollMessage> question = channel->receive();
  if (!question) return std::move(question).error();
  Result<ChannelBinding> binding = channel_binding(channel->ssl());
  if (!binding) return std::move(binding).error();
  Asker asker{to_string(source), *binding, {}};
  if (STACK_OF(X509)* chain = SSL_get0_verified_chain(channel->ssl());
      chain != nullptr && SSL_get0_peer_certificate(channel->ssl()) != nullptr)
    asker.chain.reset(X509_chain_up_ref(chain));
  const mesh::EnrollMessage answer = issuer_.answer(*question, asker);
  bump(std::holds_alternative<mesh::Issued>(answer) ? issued_ : refused_);
  if (Status sent = channel->send(answer); !sent) return sent;
  channel->close();
  return {};
}

}  // namespace bulkhead::enroll
