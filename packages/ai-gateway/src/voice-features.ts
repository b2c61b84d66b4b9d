// The features of the namespace voice, by name. Written from their definitions: change those, then run "npm run docs".

export interface VoiceFeatures {
  /**
   * Sums up a call from its transcript, with what has to be done, by whom and until when
   */
  'call-recap': {
    input: {
      call: {
        id: string
        startedAt: string
        subject?: string
      }
      /**
       * What was said, in its order
       *
       * @minItems 1
       * @maxItems 2000
       */
      segments: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        /**
         * Seconds from the beginning of the call
         */
        at: number
        speaker: string
        text: string
      }[]
    }
    /**
     * The recap of a call, each sentence with the segments it rests on
     */
    output: {
      /**
       * What the call was about, what was found and what was agreed
       *
       * @maxItems 10
       */
      summary: {
        sentence: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * @maxItems 30
       */
      actionItems: {
        what: string
        /**
         * A speaker of the call; null when nobody took it on
         */
        owner: string | null
        /**
         * As it was said
         */
        due: string | null
        /**
         * Seconds from the beginning of the call, to listen to it
         */
        at: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Suggests replies in a running call, each with the lines and articles that it rests on
   */
  'reply-suggest': {
    input: {
      call: {
        id: string
      }
      /**
       * What was said last, in its order
       *
       * @minItems 1
       * @maxItems 60
       */
      lines: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        speaker: string
        text: string
      }[]
      /**
       * Of the knowledge base
       *
       * @maxItems 5
       */
      articles?: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title: string
        text: string
      }[]
    }
    /**
     * Replies that a technician may choose from, each with what it rests on
     */
    output: {
      /**
       * @maxItems 3
       */
      replies: {
        /**
         * What the technician could say next, as they would say it
         */
        text: string
        /**
         * Ids of the lines that it replies to, and of the articles that it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
}
