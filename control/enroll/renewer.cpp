// SPDX-License-Identifier: Apache-2.0
#include "enroll/renewer.h"

#include <poll.h>
#include <pthread.h>

#include <array>
#include <csignal>

#include "pki/certificate.h"
#include "pki/key.h"

namespace bulkhead::enroll {

namespace {

constexpr int kMaxPauseMs = 60'000;  // the wall clock may be set at any time
constexpr int kMinPauseMs = 200;

std::time_t seconds_of(const ASN1_TIME* time) {
  std::tm broken_down{};
  return ASN1_TIME_to_tm(time, &broken_down) == 1 ? timegm(&broken_down) : 0;
}

Validity validity_of(X509* leaf) {
  return {seconds_of(X509_get0_notBefore(leaf)), seconds_of(X509_get0_notAfter(leaf))};
}

}  // namespace

std::string_view to_string(LifeAlarm alarm) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"none", "half", "quarter", "tenth",
                                                      "expired"};
  return kNames[static_cast<size_t>(alarm)];
}

Renewer::Renewer(Plan plan, const Clock& clock) : plan_(std::move(plan)), clock_(clock) {
  state_.automatic = plan_.issuer.has_value();
}

void Renewer::start() {
  look();
  thread_ = std::thread([this] { run(); });
}

void Renewer::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

RenewalState Renewer::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Status Renewer::renew_soon() {
  if (!plan_.issuer)
    return Error{ErrorCode::kUnsupported,
                 "no pki.issuer is configured (or renew: false): replace the files and send "
                 "SIGHUP"};
  const std::lock_guard lock(mutex_);
  asked_ = true;
  wake_.raise();
  return {};
}

int Renewer::pause_ms() const {
  const std::lock_guard lock(mutex_);
  const std::time_t life = state_.validity.until - state_.validity.from;
  std::time_t until = std::max<std::time_t>(life, 0) / 100;  // to see alarms in time
  if (state_.next_try != 0) until = std::min(until, state_.next_try - plan_.now());
  return static_cast<int>(std::clamp<std::time_t>(until * 1000, kMinPauseMs, kMaxPauseMs));
}

void Renewer::run() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  for (;;) {
    std::array<pollfd, 2> waits = {pollfd{stop_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
    (void)::poll(waits.data(), waits.size(), pause_ms());
    if ((waits[0].revents & POLLIN) != 0) return;
    wake_.clear();
    look();
    const RenewalState now = state();
    bool asked = false;
    {
      const std::lock_guard lock(mutex_);
      asked = std::exchange(asked_, false);
    }
    if (plan_.issuer && (asked || plan_.now() >= now.next_try)) try_now();
  }
}

// Reads the file: somebody else may have replaced it.
void Renewer::look() {
  const auto chain = pki::read_certificates(plan_.paths.certificate);
  const std::time_t now = plan_.now();
  LifeAlarm raised = LifeAlarm::kNone;
  std::string sentence;
  {
    const std::lock_guard lock(mutex_);
    if (!chain) {
      state_.last_error = chain.error().sentence;
      return;
    }
    const Validity validity = validity_of(chain->front().get());
    if (validity != state_.validity) {
      state_.validity = validity;
      state_.alarm = LifeAlarm::kNone;
      jitter_ = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
      state_.due = state_.automatic ? renewal_due(validity, jitter_) : 0;
      state_.next_try = state_.due;
    }
    const LifeAlarm alarm = alarm_of(validity, now);
    if (alarm > state_.alarm) raised = alarm;
    state_.alarm = alarm;
    sentence = raised == LifeAlarm::kExpired
                   ? "the own certificate has expired"
                   : "the own certificate has " + std::to_string(percent_left(validity, now)) +
                         " % of its life left";
    if (!state_.last_error.empty()) sentence += "; last renewal: " + state_.last_error;
  }
  if (raised != LifeAlarm::kNone && plan_.alarm) plan_.alarm(raised, sentence);
}

void Renewer::try_now() {
  const Status done = renew_once();
  const std::time_t now = plan_.now();
  std::string sentence;
  {
    const std::lock_guard lock(mutex_);
    state_.last_try = now;
    if (done) {
      state_.last_success = now;
      state_.failures = 0;
      state_.last_error.clear();
      ++state_.renewals;
      sentence = "the own certificate is renewed";
    } else {
      ++state_.failures;
      state_.last_error = done.error().sentence;
      const std::time_t pause = retry_after(state_.validity, now);
      std::uniform_int_distribution<std::time_t> jitter(0, pause / 4);
      state_.next_try = now + pause + jitter(random_);
      sentence = "renewal failed: " + done.error().sentence;
    }
  }
  if (plan_.note) plan_.note(sentence);
  if (done) look();
}

Status Renewer::renew_once() {
  if (!untaken_) {
    auto chain = pki::read_certificates(plan_.paths.certificate);
    if (!chain) return std::move(chain).error();
    auto anchors = pki::read_certificates(plan_.paths.trust_anchors);
    if (!anchors) return std::move(anchors).error();
    auto key = pki::load_private_key(plan_.paths.private_key);
    if (!key) return std::move(key).error();
    pki::KeyPtr fresh;
    if (!plan_.paths.key_in_token()) {
      auto made = pki::generate_p256();
      if (!made) return std::move(made).error();
      fresh = std::move(*made);
    }
    EVP_PKEY* const next = fresh ? fresh.get() : key->get();
    const CurrentCredentials current{*chain,        key->get(),  *anchors,
                                     plan_.subject, plan_.now(), plan_.denied};
    auto renewed = renew({*plan_.issuer, clock_, stop_.get()}, current, next);
    if (!renewed) return std::move(renewed).error();
    if (Status written = write_credentials(plan_.paths, *renewed, next); !written) return written;
  }
  untaken_ = true;
  if (plan_.take_up)
    if (Status taken = plan_.take_up(); !taken)
      return std::move(taken).error().within("the new certificate is there but not in use");
  untaken_ = false;
  return {};
}

}  // namespace bulkhead::enroll
